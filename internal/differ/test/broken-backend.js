// A backend as its user names it, `{"backend":"./broken-backend.js","fault":"..."}`: memory, or the folder `root`, with a
// primitive spoilt in a way that looks right most of the time.
import { setTimeout } from 'node:timers/promises';
import { FsDriver } from '@anybucket/backend-fs';
import { MemoryDriver } from '@anybucket/backend-memory';
import { PortableDatastore, evaluateWriteConditions } from '@anybucket/core/backend';

/** What is wrong with each: some primitives of a bucket, made from the whole ones. */
export const faults = {
  'lists startAfter too': (bucket) => ({
    listObjects: (call) => bucket.listObjects({ ...call, startAfter: call.startAfter.slice(0, -1) }),
  }),
  'forgets metadata': (bucket) => ({
    putObject: (key, body, call) => bucket.putObject(key, body, { ...call, attributes: { ...call.attributes, metadata: {} } }),
  }),
  'ignores ifMatch on put': (bucket) => ({
    putObject: (key, body, call) => bucket.putObject(key, body, { ...call, conditions: undefined }),
  }),
  'trims keys': (bucket) => ({ headObject: (key, call) => bucket.headObject(key.trim(), call) }),
  'loses tags on copy': (bucket) => ({
    copyObject: (key, source, call) => bucket.copyObject(key, source, { ...call, tags: call.tags ?? {} }),
  }),
  'deletes a folder with its name': (bucket) => ({
    deleteObject: async (key, call) => {
      await bucket.deleteObject(key, call);
      await bucket.deleteObject(`${key}/`, call);
    },
  }),
  'answers a suffix one byte short': (bucket) => ({
    getObject: (key, call) => {
      const suffix = call.range?.suffix ?? 0;
      return bucket.getObject(key, suffix > 1 ? { ...call, range: { suffix: suffix - 1 } } : call);
    },
  }),
  'decides first and writes later': (bucket) => ({
    putObject: async (key, body, { conditions, ...call }) => {
      await decide(bucket, key, conditions);
      return bucket.putObject(key, body, call);
    },
  }),
  'locks for one process alone': (bucket) => ({
    putObject: async (key, body, { conditions, ...call }) =>
      inTurn(async () => {
        await decide(bucket, key, conditions);
        return bucket.putObject(key, body, call);
      }),
    copyObject: async (key, source, call) => inTurn(() => bucket.copyObject(key, source, call)),
    deleteObject: async (key, call) => inTurn(() => bucket.deleteObject(key, call)),
  }),
};

/** Holds a condition against the object of now, long before anything is written. */
async function decide(bucket, key, conditions) {
  if (conditions === undefined) return;
  const present = await bucket.headObject(key, {}).catch((error) => {
    if (error.code !== 'NoSuchKey') throw error;
  });
  evaluateWriteConditions(conditions, present);
  await setTimeout(10);
}

let last = Promise.resolve();

/** Does some work when all earlier work of this process is done. */
async function inTurn(work) {
  const turn = last.then(work);
  last = turn.catch(() => {});
  return turn;
}

export const optionsSchema = {
  options: {
    fault: { type: 'string', description: 'what is wrong with it', required: true, values: Object.keys(faults) },
    root: { type: 'string', description: 'a folder', path: true },
  },
};

/** All handles of a process on memory are on one store. */
const memory = new MemoryDriver();

export function createDatastore({ fault, root }) {
  const whole = root === undefined ? memory : new FsDriver({ root });
  return new PortableDatastore(
    replacing(whole, {
      backend: 'broken',
      bucket: (name) => replacing(whole.bucket(name), faults[fault](whole.bucket(name))),
      // The memory is still there for the other handles.
      close: async () => (root === undefined ? undefined : whole.close()),
    }),
  );
}

/** An object some of whose members are others. */
function replacing(whole, others) {
  return new Proxy(whole, {
    get(_, name) {
      const member = others[name] ?? whole[name];
      return typeof member === 'function' && !(name in others) ? member.bind(whole) : member;
    },
  });
}
