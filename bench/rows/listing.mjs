// A listing of 20,000 objects, with the metadata that the contender has.
import assert from 'node:assert/strict';

/** Objects listed. */
const listed = 20_000;

export const listing = {
  name: 'list 20,000, an object',
  unit: 'us',
  scale: 1000 / listed,
  digits: 2,
  options: { time: 300, iterations: 3, warmupTime: 0, warmupIterations: 1 },
  can: (handle) => 'list' in handle,
  async prepare(handle) {
    for (let index = 0; index < listed; index++) await handle.put(`folder-${index % 10}/object-${index}`, Buffer.from('body'));
    assert.equal(await handle.list(), listed);
  },
  step: (handle) => handle.list(),
};
