// A backend named by its configuration, `{"backend":"./faulty-backend.js","fault":"..."}`: the memory backend, or the file system backend
// when `root` is given, with a fault in one primitive that most calls do not reveal.
import { setTimeout } from 'node:timers/promises';
import { FsDriver } from '@anybucket/backend-fs';
import { MemoryDriver } from '@anybucket/backend-memory';
import { PortableDatastore, evaluateWriteConditions } from '@anybucket/core/backend';

/** Each fault as a function that returns the primitives of a bucket to replace. */
export const faults = {
  'includes startAfter in listings': (bucket) => ({
    listObjects: (call) => bucket.listObjects({ ...call, startAfter: call.startAfter.slice(0, -1) }),
  }),
  'does not store metadata': (bucket) => ({
    putObject: (key, body, call) => bucket.putObject(key, body, { ...call, attributes: { ...call.attributes, metadata: {} } }),
  }),
  'ignores ifMatch on put': (bucket) => ({
    putObject: (key, body, call) => bucket.putObject(key, body, { ...call, conditions: undefined }),
  }),
  'trims keys': (bucket) => ({ headObject: (key, call) => bucket.headObject(key.trim(), call) }),
  'drops tags on copy': (bucket) => ({
    copyObject: (key, source, call) => bucket.copyObject(key, source, { ...call, tags: call.tags ?? {} }),
  }),
  'deletes the key with a trailing slash too': (bucket) => ({
    deleteObject: async (key, call) => {
      await bucket.deleteObject(key, call);
      await bucket.deleteObject(`${key}/`, call);
    },
  }),
  'returns suffix ranges one byte short': (bucket) => ({
    getObject: (key, call) => {
      const suffix = call.range?.suffix ?? 0;
      return bucket.getObject(key, suffix > 1 ? { ...call, range: { suffix: suffix - 1 } } : call);
    },
  }),
  'does not check and write atomically': (bucket) => ({
    putObject: async (key, body, { conditions, ...call }) => {
      await checkConditions(bucket, key, conditions);
      return bucket.putObject(key, body, call);
    },
  }),
  'locks within one process only': (bucket) => ({
    putObject: async (key, body, { conditions, ...call }) =>
      withLock(async () => {
        await checkConditions(bucket, key, conditions);
        return bucket.putObject(key, body, call);
      }),
    copyObject: async (key, source, call) => withLock(() => bucket.copyObject(key, source, call)),
    deleteObject: async (key, call) => withLock(() => bucket.deleteObject(key, call)),
  }),
};

/** Checks write conditions some time before the write. */
async function checkConditions(bucket, key, conditions) {
  if (conditions === undefined) return;
  const object = await bucket.headObject(key, {}).catch((error) => {
    if (error.code !== 'NoSuchKey') throw error;
  });
  evaluateWriteConditions(conditions, object);
  await setTimeout(10);
}

let lastLocked = Promise.resolve();

async function withLock(action) {
  const result = lastLocked.then(action);
  lastLocked = result.catch(() => {});
  return result;
}

export const optionsSchema = {
  options: {
    fault: { type: 'string', description: 'the fault', required: true, values: Object.keys(faults) },
    root: { type: 'string', description: 'the folder', path: true },
  },
};

/** Shared by all datastores of the process. */
const memory = new MemoryDriver();

export function createDatastore({ fault, root }) {
  const driver = root === undefined ? memory : new FsDriver({ root });
  return new PortableDatastore(
    withMembers(driver, {
      backend: 'faulty',
      bucket: (name) => withMembers(driver.bucket(name), faults[fault](driver.bucket(name))),
      // Closing the shared memory driver would close it for all handles.
      close: async () => (root === undefined ? undefined : driver.close()),
    }),
  );
}

/** Returns an object with some members replaced. */
function withMembers(object, members) {
  return new Proxy(object, {
    get(_, name) {
      const member = members[name] ?? object[name];
      return typeof member === 'function' && !(name in members) ? member.bind(object) : member;
    },
  });
}
