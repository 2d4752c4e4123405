import fs from 'node:fs';
import type { FileCalls } from '@anybucket/backend-fs';
import { isStorageError } from '@anybucket/core';
import type { Bucket } from '@anybucket/core';
import { openDatastore } from './open-datastore.js';

/** The tasks of a child process. */
const tasks = {
  /** Increments a counter with `ifMatch`. Returns how often another process was faster. */
  async increment(bucket: Bucket, key: string, rounds: number): Promise<number> {
    let conflicts = 0;
    for (let done = 0; done < rounds;) {
      const object = await bucket.get(key);
      const value = Number(await object.text());
      try {
        await bucket.put(key, String(value + 1), { ifMatch: object.info.etag });
        done++;
      } catch (error) {
        if (!isStorageError(error, 'PreconditionFailed')) throw error;
        conflicts++;
      }
    }
    return conflicts;
  },

  /** Puts numbered keys with `ifNoneMatch`. Returns the numbers of those it created. */
  async create(bucket: Bucket, prefix: string, rounds: number): Promise<number[]> {
    const created: number[] = [];
    for (let round = 0; round < rounds; round++) {
      try {
        await bucket.put(`${prefix}${round}`, `${process.pid}`, { ifNoneMatch: '*' });
        created.push(round);
      } catch (error) {
        if (!isStorageError(error, 'PreconditionFailed')) throw error;
      }
    }
    return created;
  },

  /** Puts numbered keys that no other process writes. Returns their number. */
  async fill(bucket: Bucket, prefix: string, rounds: number): Promise<number> {
    for (let round = 0; round < rounds; round++) await bucket.put(`${prefix}/${round}`, `${round}`);
    return rounds;
  },

  /** Puts versions of one key, and deletes every fourth. Returns the ids of those that are left. */
  async putVersions(bucket: Bucket, key: string, rounds: number): Promise<string[]> {
    const ids: string[] = [];
    for (let round = 0; round < rounds; round++) {
      const { versionId = 'null' } = await bucket.put(key, `${process.pid} ${round}`);
      if (round % 4 === 0) await bucket.delete(key, { versionId });
      else ids.push(versionId);
    }
    return ids;
  },

  /** Stops in the middle of a put, before the temp file is renamed. Returns the ETag once the process is continued. */
  async stopInPut(bucket: Bucket, key: string): Promise<string> {
    stopsBeforeRename = true;
    return (await bucket.put(key, 'by the stopped process')).etag;
  },
} satisfies Record<string, (bucket: Bucket, key: string, rounds: number) => Promise<unknown>>;

type TaskName = keyof typeof tasks;

/** The message that starts a task. */
export interface TaskRequest {
  readonly root: string;
  readonly bucket: string;
  readonly task: TaskName;
  /** The key or prefix. */
  readonly key: string;
  readonly rounds: number;
}

let stopsBeforeRename = false;

const stoppingCalls = new Proxy<FileCalls>(fs, {
  get(target, name: keyof FileCalls) {
    if (name !== 'renameSync') return target[name];
    return (from: string, to: string) => {
      if (stopsBeforeRename) process.kill(process.pid, 'SIGSTOP');
      stopsBeforeRename = false;
      target.renameSync(from, to);
    };
  },
});

/** Runs a task and returns its result. */
export async function performTask({ root, bucket, task, key, rounds }: TaskRequest): Promise<unknown> {
  const datastore = openDatastore(root, { calls: stoppingCalls, lockTimeoutMs: 60_000 });
  try {
    return await tasks[task](datastore.bucket(bucket), key, rounds);
  } finally {
    await datastore.close();
  }
}
