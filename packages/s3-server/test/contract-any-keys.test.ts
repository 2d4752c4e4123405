/** Keys by the rules of S3 over the wire. The other cases do not depend on the rules. */
import { MemoryDatastore } from '@anybucket/backend-memory';
import { contractCases } from '@anybucket/core/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serve } from '../src/index.js';
import type { S3Server } from '../src/index.js';
import { remoteDatastore } from './support.js';

let server: S3Server;
beforeAll(async () => {
  server = await serve(new MemoryDatastore({ keys: 's3' }), { port: 0 });
});
afterAll(() => server.close());

const cases = contractCases.filter(({ id, requires }) => requires.includes('anyKeys') || id.startsWith('list/'));

test.concurrent.each(cases)('$id', async ({ run, unmetRequirement }) => {
  await using datastore = remoteDatastore(server, { keys: 's3' });
  expect(await run({ datastore })).toBe(unmetRequirement(datastore.capabilities));
});
