import 'reflect-metadata';
import { MemoryDatastore } from '@anybucket/backend-memory';
import { DATASTORE } from '@anybucket/core/container';
import { container } from 'tsyringe';
import type { DependencyContainer } from 'tsyringe';
import { beforeEach, expect, test } from 'vitest';
import { InvoiceArchive } from '../src/invoice-archive.js';
import { BucketSetup } from '../src/bucket-setup.js';

let scope: DependencyContainer;
let datastore: MemoryDatastore;

beforeEach(() => {
  // A child container per test: tests share nothing, and nothing must be reset.
  scope = container.createChildContainer();
  datastore = new MemoryDatastore({ buckets: { invoices: { 'acme/1.json': '{"amountCents":100}' } } });
  scope.register(DATASTORE, { useValue: datastore });
});

test('sums the invoices of one customer', async () => {
  const archive = scope.resolve(InvoiceArchive);
  await archive.add({ number: '2', customer: 'acme', amountCents: 50 });
  await archive.add({ number: '3', customer: 'other', amountCents: 7 });
  expect(await archive.totalCents('acme')).toBe(150);
});

test('rejects an invoice that exists with PreconditionFailed', async () => {
  const archive = scope.resolve(InvoiceArchive);
  await expect(archive.add({ number: '1', customer: 'acme', amountCents: 0 })).rejects.toMatchObject({
    code: 'PreconditionFailed',
    key: 'acme/1.json',
  });
  expect(await archive.totalCents('acme')).toBe(100);
});

test('creates missing buckets', async () => {
  expect(await scope.resolve(BucketSetup).createMissing(['invoices', 'receipts'])).toEqual(['receipts']);
  expect(await datastore.list()).toEqual(['invoices', 'receipts']);
});
