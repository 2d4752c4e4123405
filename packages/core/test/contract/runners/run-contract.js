import { MemoryDatastore } from '@anybucket/backend-memory';
import { contract, contractCases } from '@anybucket/core/contract';

/** Fails the case `buckets/create`. */
class FaultyDatastore extends MemoryDatastore {
  async createBucket(name, options) {
    await super.createBucket(name, options);
    return false;
  }
}

/** The cases of these tests; the memory backend has no versions. */
const cases = contractCases.filter(({ id }) => ['buckets/create', 'native/headers', 'put/size/1024'].includes(id));

const open = () => (process.env.FAULTY === undefined ? new MemoryDatastore() : new FaultyDatastore());

/** The capabilities that {@link runContract} has, for runners that cannot skip a running test. */
export const { capabilities } = open();

/** Registers some cases of the contract with the functions of a test runner. */
export function runContract(runner) {
  contract('memory', open, { ...runner, cases });
}
