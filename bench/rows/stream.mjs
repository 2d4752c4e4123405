// A put of 128 MiB that comes as a stream of unknown length.

const chunk = Buffer.alloc(64 * 1024, 'anybucket');

async function* chunks() {
  for (let index = 0; index < 2048; index++) yield chunk;
}

export const streamPut = {
  name: 'put 128 MiB as a stream',
  unit: 'ms',
  scale: 1,
  digits: 0,
  options: { time: 0, iterations: 1, warmup: false },
  // What is measured is a store in use. In a fresh process the system has to find 128 MiB of memory first, for whoever keeps the body.
  warmup: 8,
  can: (handle) => 'putStream' in handle,
  prepare: async () => {},
  step: (handle) => handle.putStream('stream', chunks),
};
