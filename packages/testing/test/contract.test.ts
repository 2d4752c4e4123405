import { MemoryDatastore } from '@anybucket/backend-memory';
import { contract, contractCases } from '@anybucket/core/contract';
import { afterAll, describe, test } from 'vitest';
import { withFaults, withLog, withPrefix, withQuota } from '../src/index.js';

// The prefixes count towards the longest name and key.
const tooLong = ['bucket-names/valid/longest', 'keys/round-trip/1024-bytes'];

function wrappedMemory(): MemoryDatastore {
  const limited = withQuota(new MemoryDatastore(), { maxBytes: 2 ** 40 });
  return withLog(withPrefix(withFaults(limited, []), { keys: 't/', buckets: 'w-' }));
}

contract('memory in wrappers', wrappedMemory, {
  describe,
  test: test.concurrent,
  afterAll,
  // Those of memory: no wrapper may lose an optional driver.
  capabilities: new MemoryDatastore().capabilities,
  cases: contractCases.filter(({ id }) => !tooLong.includes(id)),
});
