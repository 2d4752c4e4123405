// A put of 128 MiB as a stream of unknown length.

const chunk = Buffer.alloc(64 * 1024, 'anybucket');

async function* chunks() {
  for (let index = 0; index < 2048; index++) yield chunk;
}

export const streamPutRow = {
  name: 'put 128 MiB as a stream',
  unit: 'ms',
  scale: 1,
  digits: 0,
  options: { time: 0, iterations: 1, warmup: false },
  // In a new process the operating system has to allocate 128 MiB first, for contenders that keep the body in memory.
  warmupRounds: 8,
  supports: (handle) => 'putStream' in handle,
  prepare: async () => {},
  run: (handle) => handle.putStream('stream', chunks),
};
