// A backend for tests, which stores nothing. It lists the values of its options as buckets, so that tests can check them.
import { PortableDatastore } from '@anybucket/core/backend';

export const optionsSchema = {
  options: {
    root: { type: 'string', path: true, description: 'a folder' },
    size: { type: 'number', integer: true, min: 1, max: 10, description: 'a size in bytes' },
    durable: { type: 'boolean', description: 'whether to sync' },
    mode: { type: 'string', values: ['a', 'b'], description: 'a mode' },
    now: { type: 'function', description: 'a clock' },
    accessKey: { type: 'string', secret: true, requires: ['secretKey'], description: 'a key' },
    secretKey: { type: 'string', secret: true, requires: ['accessKey'], description: 'its secret' },
    failWith: { type: 'string', description: 'the message of an error that the factory throws' },
  },
  environment: [
    { accessKey: 'FIRST_KEY', secretKey: 'FIRST_SECRET' },
    { accessKey: 'SECOND_KEY', secretKey: 'SECOND_SECRET' },
  ],
};

/** The name and options of each datastore created. */
export const created = [];

export function createDatastore(options, { name }) {
  if (options.failWith !== undefined) throw new Error(options.failWith);
  created.push({ name, options });
  const driver = {
    backend: 'listing',
    capabilities: {},
    listBuckets: async () => Object.values(options).map(String),
    bucket: () => ({}),
    close: async () => {},
  };
  return new PortableDatastore(driver, { name });
}
