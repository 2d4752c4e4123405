import 'reflect-metadata';
import { MemoryDatastore } from '@anybucket/backend-memory';
import { DATASTORE } from '@anybucket/core/container';
import { container } from 'tsyringe';
import type { DependencyContainer } from 'tsyringe';
import { beforeEach, expect, test } from 'vitest';
import { CUSTOMER } from '../src/customer-account.js';
import { handleRequest } from '../src/handle-request.js';

const invoices = { 'acme/1.json': '{"amountCents":100}', 'acme/2.json': '{"amountCents":50}', 'other/1.json': '{"amountCents":7}' };

let scope: DependencyContainer;

beforeEach(() => {
  // A child container per test, in place of the container of the application. Each request has a child of it.
  scope = container.createChildContainer();
  scope.register(DATASTORE, { useValue: new MemoryDatastore({ buckets: { invoices } }) });
});

async function totalOf(customer: string): Promise<unknown> {
  const response = await handleRequest(scope, new Request('http://localhost/', { headers: { 'X-Customer': customer } }));
  return response.json();
}

test('concurrent requests have their own customers', async () => {
  const totals = await Promise.all(['acme', 'other', 'unknown'].map(totalOf));
  expect(totals).toEqual([{ totalCents: 150 }, { totalCents: 7 }, { totalCents: 0 }]);
});

test('requests share the datastore, and leave nothing in its container', async () => {
  await totalOf('acme');
  await scope.resolve(DATASTORE).bucket('invoices').put('acme/3.json', '{"amountCents":1}');
  expect(await totalOf('acme')).toEqual({ totalCents: 151 });
  expect(scope.isRegistered(CUSTOMER, true)).toBe(false);
});

test('refuses a request without a customer', async () => {
  expect((await handleRequest(scope, new Request('http://localhost/'))).status).toBe(400);
});
