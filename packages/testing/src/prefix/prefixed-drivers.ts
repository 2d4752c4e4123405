import type { PolicyCondition, Presigner, TagDriver, UploadDriver, VersionDriver } from '@anybucket/core/backend';
import { prefixedSource } from './prefixed-bucket.js';
import type { Prefixes } from './prefixes.js';

export function prefixedTags(tags: TagDriver, prefixes: Prefixes): TagDriver {
  return {
    getTags: (bucket, key, call) => prefixes.run(async () => tags.getTags(prefixes.bucket(bucket), prefixes.key(key), call)),
    setTags: (bucket, key, value, call) => prefixes.run(async () => tags.setTags(prefixes.bucket(bucket), prefixes.key(key), value, call)),
  };
}

export function prefixedVersions(versions: VersionDriver, prefixes: Prefixes): VersionDriver {
  return {
    listVersions: (bucket, call) =>
      prefixes.run(async () => {
        const { prefix, after } = call;
        const { entries, truncated } = await versions.listVersions(prefixes.bucket(bucket), {
          ...call,
          prefix: prefixes.prefix(prefix),
          after: prefixes.after(after),
        });
        return { entries: entries.map((entry) => prefixes.own(entry)), truncated };
      }),
    setVersioning: (bucket, state, call) => prefixes.run(async () => versions.setVersioning(prefixes.bucket(bucket), state, call)),
    getVersioning: (bucket, call) => prefixes.run(async () => versions.getVersioning(prefixes.bucket(bucket), call)),
  };
}

export function prefixedPresigner(presigner: Presigner, prefixes: Prefixes): Presigner {
  return {
    presign: (bucket, key, call) => prefixes.run(async () => presigner.presign(prefixes.bucket(bucket), prefixes.key(key), call)),
    presignPost: (bucket, call) =>
      prefixes.run(async () => {
        const { key } = call.fields;
        return presigner.presignPost(prefixes.bucket(bucket), {
          ...call,
          conditions: call.conditions.map((condition) => prefixedCondition(condition, prefixes)),
          fields: key === undefined ? call.fields : { ...call.fields, key: prefixes.prefix(key) },
        });
      }),
  };
}

function prefixedCondition(condition: PolicyCondition, prefixes: Prefixes): PolicyCondition {
  if (isStartsWith(condition)) {
    const [operator, field, prefix] = condition;
    return field === '$key' ? [operator, field, prefixes.prefix(prefix)] : condition;
  }
  return 'key' in condition && condition.key !== undefined ? { ...condition, key: prefixes.prefix(condition.key) } : condition;
}

function isStartsWith(condition: PolicyCondition): condition is readonly ['starts-with', string, string] {
  return Array.isArray(condition) && condition[0] === 'starts-with';
}

export function prefixedUploads(uploads: UploadDriver, prefixes: Prefixes): UploadDriver {
  return {
    createUpload: (bucket, key, call) => prefixes.run(async () => uploads.createUpload(prefixes.bucket(bucket), prefixes.key(key), call)),
    putPart: (bucket, key, id, partNumber, body, call) =>
      prefixes.run(async () => uploads.putPart(prefixes.bucket(bucket), prefixes.key(key), id, partNumber, body, call)),
    copyPart: (bucket, key, id, partNumber, source, call) =>
      prefixes.run(async () =>
        uploads.copyPart(prefixes.bucket(bucket), prefixes.key(key), id, partNumber, prefixedSource(source, prefixes), call),
      ),
    listParts: (bucket, key, id, call) => prefixes.run(async () => uploads.listParts(prefixes.bucket(bucket), prefixes.key(key), id, call)),
    completeUpload: (bucket, key, id, parts, call) =>
      prefixes.run(async () => uploads.completeUpload(prefixes.bucket(bucket), prefixes.key(key), id, parts, call)),
    abortUpload: (bucket, key, id, call) =>
      prefixes.run(async () => uploads.abortUpload(prefixes.bucket(bucket), prefixes.key(key), id, call)),
    listUploads: (bucket, call) =>
      prefixes.run(async () => {
        const { prefix, after } = call;
        const page = await uploads.listUploads(prefixes.bucket(bucket), {
          ...call,
          prefix: prefixes.prefix(prefix),
          after: prefixes.after(after),
        });
        return { uploads: page.uploads.map((upload) => prefixes.own(upload)), truncated: page.truncated };
      }),
  };
}
