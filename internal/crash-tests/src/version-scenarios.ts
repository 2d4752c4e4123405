import type { Bucket } from '@anybucket/core';
import { newAttributes, oldAttributes } from './scenario.js';
import type { Scenario } from './scenario.js';

/** What a bucket is filled with before a scenario: a state, a put of a key, or a delete of one. */
type Step = 'enabled' | 'suspended' | `put ${string}` | `delete ${string}`;

/** The writes with versions. */
export const versionScenarios: readonly Scenario[] = [
  {
    name: 'enable versioning and overwrite',
    prepare: (bucket) => perform(bucket, 'put a'),
    run: (bucket) => bucket.setVersioning('enabled').then(() => putNew(bucket, 'a')),
  },
  overwrite('put a new key with versions', ['enabled']),
  overwrite('overwrite an object from before versioning', ['put a', 'enabled']),
  overwrite('overwrite a version', ['enabled', 'put a', 'put a']),
  overwrite('put over a delete marker', ['enabled', 'put a', 'delete a']),
  overwrite('overwrite a suspended version', ['enabled', 'put a', 'suspended', 'put a']),
  overwrite('put over a suspended delete marker', ['enabled', 'put a', 'suspended', 'delete a']),
  overwrite('replace the null version below a version', ['put a', 'enabled', 'put a', 'suspended']),
  {
    name: 'overwrite a version below a',
    prepare: (bucket) => perform(bucket, 'enabled', 'put a/b', 'delete a/b', 'put a'),
    run: (bucket) => putNew(bucket, 'a/b'),
  },
  hide('add a delete marker', ['enabled', 'put a', 'put a']),
  hide('add a delete marker to an object from before versioning', ['put a', 'enabled']),
  hide('add a delete marker above a/b', ['enabled', 'put a', 'put a/b']),
  hide('replace the null version by a delete marker', ['enabled', 'put a', 'suspended', 'put a']),
  hide('replace the null version below a version by a delete marker', ['put a', 'enabled', 'put a', 'suspended']),
  removal('delete the latest version', ['enabled', 'put a', 'put a'], 0),
  removal('delete the latest version above the null version', ['put a', 'enabled', 'put a'], 0),
  removal('delete the latest version above a delete marker', ['enabled', 'put a', 'delete a', 'put a'], 0),
  removal('delete the only version', ['enabled', 'put a'], 0),
  removal('delete an older version', ['enabled', 'put a', 'put a', 'put a'], 1),
  removal('delete an older delete marker', ['enabled', 'put a', 'delete a', 'put a'], 1),
  removal('delete the latest delete marker', ['enabled', 'put a', 'delete a'], 0),
  removal('delete the latest delete marker above a/b', ['enabled', 'put a', 'delete a', 'put a/b'], 0),
  removal('delete the latest null marker', ['enabled', 'put a', 'suspended', 'delete a'], 0),
  {
    name: 'delete the latest delete marker below a',
    prepare: (bucket) => perform(bucket, 'enabled', 'put a/b', 'delete a/b', 'put a'),
    run: (bucket) => deleteEntry(bucket, 'a/b', 0),
  },
  {
    name: 'set the tags of an older version',
    prepare: (bucket) => perform(bucket, 'enabled', 'put a', 'put a'),
    run: async (bucket) => bucket.setTags('a', { state: 'new' }, { versionId: await versionAt(bucket, 'a', 1) }),
  },
  {
    name: 'copy an older version onto its key',
    prepare: (bucket) => perform(bucket, 'enabled', 'put a', 'put a'),
    run: async (bucket) => bucket.fcopyTo(bucket.name, 'a', 'a', { sourceVersionId: await versionAt(bucket, 'a', 1) }),
  },
];

function overwrite(name: string, steps: readonly Step[]): Scenario {
  return { name, prepare: (bucket) => perform(bucket, ...steps), run: (bucket) => putNew(bucket, 'a') };
}

function hide(name: string, steps: readonly Step[]): Scenario {
  return { name, prepare: (bucket) => perform(bucket, ...steps), run: (bucket) => bucket.delete('a') };
}

/** @param index The position of the deleted version or delete marker, counted from the newest. */
function removal(name: string, steps: readonly Step[], index: number): Scenario {
  return { name, prepare: (bucket) => perform(bucket, ...steps), run: (bucket) => deleteEntry(bucket, 'a', index) };
}

async function perform(bucket: Bucket, ...steps: readonly Step[]): Promise<void> {
  for (const [index, step] of steps.entries()) {
    const [action, key = ''] = step.split(' ');
    if (action === 'put') await bucket.put(key, `old ${index}`, { ...oldAttributes, metadata: { step: String(index) } });
    else if (action === 'delete') await bucket.delete(key);
    else await bucket.setVersioning(action as 'enabled' | 'suspended');
  }
}

async function putNew(bucket: Bucket, key: string): Promise<unknown> {
  return bucket.put(key, 'new', newAttributes);
}

async function deleteEntry(bucket: Bucket, key: string, index: number): Promise<unknown> {
  return bucket.delete(key, { versionId: await versionAt(bucket, key, index) });
}

async function versionAt(bucket: Bucket, key: string, index: number): Promise<string | undefined> {
  const versions = (await bucket.listVersions({ prefix: key })).filter((version) => version.key === key);
  return versions[index]?.versionId;
}
