import 'reflect-metadata';
import { MemoryDatastore } from '@anybucket/backend-memory';
import { DATASTORE } from '@anybucket/core/container';
import { container } from 'tsyringe';
import type { DependencyContainer } from 'tsyringe';
import { beforeEach, expect, test } from 'vitest';
import { InvoiceArchive } from '../src/invoices.js';
import { Setup } from '../src/setup.js';

let scope: DependencyContainer;
let datastore: MemoryDatastore;

beforeEach(() => {
  // A child container a test: nothing is shared, nothing to reset.
  scope = container.createChildContainer();
  datastore = new MemoryDatastore({ buckets: { invoices: { 'acme/1.json': '{"amount":100}' } } });
  scope.register(DATASTORE, { useValue: datastore });
});

test('adds up what a customer owes', async () => {
  const archive = scope.resolve(InvoiceArchive);
  await archive.file({ number: '2', customer: 'acme', amount: 50 });
  await archive.file({ number: '3', customer: 'other', amount: 7 });
  expect(await archive.total('acme')).toBe(150);
});

test('files an invoice once', async () => {
  const archive = scope.resolve(InvoiceArchive);
  await expect(archive.file({ number: '1', customer: 'acme', amount: 0 })).rejects.toMatchObject({
    code: 'PreconditionFailed',
    key: 'acme/1.json',
  });
  expect(await archive.total('acme')).toBe(100);
});

test('makes the buckets that are missing', async () => {
  expect(await scope.resolve(Setup).run(['invoices', 'receipts'])).toEqual(['receipts']);
  expect(await datastore.list()).toEqual(['invoices', 'receipts']);
});
