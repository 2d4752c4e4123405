// A backend that stores nothing, for configurations to name. Its buckets are the strings of its options, so that tests can see them.
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
    refuse: { type: 'string', description: 'what the factory throws' },
  },
  environment: [
    { accessKey: 'FIRST_KEY', secretKey: 'FIRST_SECRET' },
    { accessKey: 'SECOND_KEY', secretKey: 'SECOND_SECRET' },
  ],
};

/** How many datastores were made, and with which options. */
export const made = [];

export function createDatastore(options, { name }) {
  if (options.refuse !== undefined) throw new Error(options.refuse);
  made.push({ name, options });
  const driver = {
    backend: 'listing',
    capabilities: {},
    listBuckets: async () => Object.values(options).map(String),
    bucket: () => ({}),
    close: async () => {},
  };
  return new PortableDatastore(driver, { name });
}
