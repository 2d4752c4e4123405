import fs from 'node:fs';
import { FsDriver } from '@anybucket/backend-fs';
import type { FileCalls } from '@anybucket/backend-fs';
import { isStorageError } from '@anybucket/core';
import type { Bucket } from '@anybucket/core';
import { PortableDatastore } from '@anybucket/core/backend';

/** What a child process can be asked to do in a bucket. Each tells its answer. */
const tasks = {
  /** Adds one to a counter so many times, by `ifMatch`. Answers how often another was faster. */
  async count(bucket: Bucket, key: string, rounds: number): Promise<number> {
    let lost = 0;
    for (let done = 0; done < rounds;) {
      const object = await bucket.get(key);
      const value = Number(await object.text());
      try {
        await bucket.put(key, String(value + 1), { ifMatch: object.info.etag });
        done++;
      } catch (error) {
        if (!isStorageError(error, 'PreconditionFailed')) throw error;
        lost++;
      }
    }
    return lost;
  },

  /** Puts each key if it is absent. Answers those that it got. */
  async claim(bucket: Bucket, prefix: string, rounds: number): Promise<number[]> {
    const won: number[] = [];
    for (let round = 0; round < rounds; round++) {
      try {
        await bucket.put(`${prefix}${round}`, `${process.pid}`, { ifNoneMatch: '*' });
        won.push(round);
      } catch (error) {
        if (!isStorageError(error, 'PreconditionFailed')) throw error;
      }
    }
    return won;
  },

  /** Puts keys of its own. Answers how many. */
  async fill(bucket: Bucket, prefix: string, rounds: number): Promise<number> {
    for (let round = 0; round < rounds; round++) await bucket.put(`${prefix}/${round}`, `${round}`);
    return rounds;
  },

  /** Puts an object, and stops in the midst of it: before the body gets its name. Answers its ETag when it is woken. */
  async stopInPut(bucket: Bucket, key: string): Promise<string> {
    stopBeforeRename = true;
    return (await bucket.put(key, 'of the stopped one')).etag;
  },
} satisfies Record<string, (bucket: Bucket, key: string, rounds: number) => Promise<unknown>>;

type TaskName = keyof typeof tasks;

/** What a child is asked. */
export interface TaskCall {
  readonly root: string;
  readonly bucket: string;
  readonly task: TaskName;
  readonly key: string;
  readonly rounds: number;
}

let stopBeforeRename = false;

const stoppingCalls = new Proxy<FileCalls>(fs, {
  get(target, name: keyof FileCalls) {
    if (name !== 'renameSync') return target[name];
    return (from: string, to: string) => {
      if (stopBeforeRename) process.kill(process.pid, 'SIGSTOP');
      stopBeforeRename = false;
      target.renameSync(from, to);
    };
  },
});

/** Does what it is asked. */
export async function perform({ root, bucket, task, key, rounds }: TaskCall): Promise<unknown> {
  const store = new PortableDatastore(new FsDriver({ root }, { calls: stoppingCalls, lockTimeout: 60_000 }));
  try {
    return await tasks[task](store.bucket(bucket), key, rounds);
  } finally {
    await store.close();
  }
}
