// A listing of 20,000 objects, with the metadata that the contender supports.
import assert from 'node:assert/strict';

const listedCount = 20_000;

export const listingRow = {
  name: 'list 20,000, per object',
  unit: 'us',
  scale: 1000 / listedCount,
  digits: 2,
  options: { time: 300, iterations: 3, warmupTime: 0, warmupIterations: 1 },
  supports: (handle) => 'list' in handle,
  async prepare(handle) {
    for (let index = 0; index < listedCount; index++) await handle.put(`folder-${index % 10}/object-${index}`, Buffer.from('body'));
    assert.equal(await handle.list(), listedCount);
  },
  run: (handle) => handle.list(),
};
