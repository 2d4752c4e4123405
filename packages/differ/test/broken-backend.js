// A backend as its user names it, `{"backend":"./broken-backend.js","fault":"..."}`: memory, with one primitive spoilt in a way that looks
// right most of the time.
import { setTimeout } from 'node:timers/promises';
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
      const present = await bucket.headObject(key, {}).catch(() => undefined);
      evaluateWriteConditions(conditions, present);
      await setTimeout(1);
      return bucket.putObject(key, body, call);
    },
  }),
};

export const optionsSchema = {
  options: { fault: { type: 'string', description: 'what is wrong with it', required: true, values: Object.keys(faults) } },
};

/** All handles of a process are on one store. */
const memory = new MemoryDriver();

export function createDatastore({ fault }) {
  return new PortableDatastore({ ...driver, bucket: (name) => spoilt(memory.bucket(name), faults[fault]) });
}

const driver = {
  backend: 'broken',
  capabilities: memory.capabilities,
  listBuckets: (call) => memory.listBuckets(call),
  createBucket: (name, call) => memory.createBucket(name, call),
  removeBucket: (name, call) => memory.removeBucket(name, call),
  bucketExists: (name, call) => memory.bucketExists(name, call),
  close: async () => {},
};

/** The bucket with what a fault makes of it; the other primitives are looked up behind it. */
function spoilt(bucket, fault) {
  const made = fault(bucket);
  return new Proxy(bucket, {
    get(_, name) {
      const own = made[name] ?? bucket[name];
      return typeof own === 'function' && own === bucket[name] ? own.bind(bucket) : own;
    },
  });
}
