import { StorageError } from '@anybucket/core/backend';
import type { FaultyDriver } from './override.js';
import { overrideBucket, overrideDatastore } from './override.js';

const notImplemented = async (): Promise<never> => {
  throw new StorageError({ code: 'NotImplemented', message: 'not implemented' });
};

/** Drivers that declare a capability, or have the object that stands for it, without implementing it. */
export const faultyCapabilities: readonly FaultyDriver[] = [
  {
    name: 'conditionalPut is true, but putObject does not implement conditions',
    wrap: overrideBucket((inner) => ({
      putObject: (key, body, call) => (call.conditions === undefined ? inner.putObject(key, body, call) : notImplemented()),
    })),
    detectedBy: 'capabilities/conditional-put',
  },
  {
    name: 'conditionalDelete is true, but deleteObject does not implement ifMatch',
    wrap: overrideBucket((inner) => ({
      deleteObject: (key, call) => (call.ifMatch === undefined ? inner.deleteObject(key, call) : notImplemented()),
    })),
    detectedBy: 'capabilities/conditional-delete',
  },
  {
    name: 'conditionalCopy is true, but copyObject does not implement conditions',
    wrap: overrideBucket((inner) => ({
      copyObject: (key, source, call) => (call.conditions === undefined ? inner.copyObject(key, source, call) : notImplemented()),
    })),
    detectedBy: 'capabilities/conditional-copy',
  },
  {
    name: 'has `tags` that are not implemented',
    wrap: overrideDatastore(() => ({ tags: { getTags: notImplemented, setTags: notImplemented } })),
    detectedBy: 'capabilities/tags',
  },
  {
    name: 'has `versions` that are not implemented',
    wrap: overrideDatastore(() => ({
      versions: { listVersions: notImplemented, setVersioning: notImplemented, getVersioning: notImplemented },
    })),
    detectedBy: 'capabilities/versioning',
  },
  {
    name: 'has a `presigner` that is not implemented',
    wrap: overrideDatastore(() => ({ presigner: { presign: notImplemented, presignPost: notImplemented } })),
    detectedBy: 'capabilities/presign',
  },
];
