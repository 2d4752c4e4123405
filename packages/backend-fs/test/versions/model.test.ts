import assert from 'node:assert/strict';
import { planDelete, planWrite, versioningOf } from '@anybucket/core/backend';
import type { VersionEntry } from '@anybucket/core/backend';
import type { Bucket, VersioningState } from '@anybucket/core';
import { isStorageError } from '@anybucket/core';
import { expect, test } from 'vitest';
import { callsWith } from '../support/calls.js';
import { scratch } from '../support/scratch.js';

const files = scratch();
const keys = ['a', 'a/b', 'a/b/c', 'a/', 'z'];
const operationsPerRun = 250;

/** An entry of the model. Its id is known only after the backend has created it. */
interface ModelEntry extends VersionEntry {
  readonly body: string;
  tags: Record<string, string>;
}

/** The histories that the rules of the core lead to. */
class Model {
  state: VersioningState = 'off';
  readonly histories = new Map<string, ModelEntry[]>(keys.map((key) => [key, []]));

  history(key: string): ModelEntry[] {
    return this.histories.get(key) ?? [];
  }

  put(key: string, versionId: string | undefined, body: string, tags: Record<string, string>): void {
    const history = this.history(key);
    const { removed } = planWrite(history, versionId);
    this.histories.set(key, [{ versionId, body, tags }, ...history.filter((entry) => entry !== removed)]);
  }

  delete(key: string, versionId: string | undefined, createdId: string | undefined): void {
    const history = this.history(key);
    const { removed, marker } = planDelete(history, versioningOf(key, this.state), versionId);
    const rest = history.filter((entry) => entry !== removed);
    const added = marker === undefined ? [] : [{ versionId: createdId, isDeleteMarker: true, body: '', tags: {} }];
    this.histories.set(key, [...added, ...rest]);
  }

  listing(): unknown[] {
    return keys
      .toSorted()
      .map((key) => [key, this.history(key)] as const)
      .flatMap(([key, history]) =>
        history.map(({ versionId = 'null', isDeleteMarker = false, body }, index) => ({
          key,
          versionId,
          isDeleteMarker,
          isLatest: index === 0,
          size: body.length,
        })),
      );
  }
}

async function listing(bucket: Bucket, pageSize: number): Promise<unknown[]> {
  const entries = [];
  let after;
  do {
    const page = await bucket.listVersionsPage(after === undefined ? { pageSize } : { pageSize, after });
    for (const entry of page.entries) {
      assert.ok(entry.isPrefix !== true);
      const { key, versionId, isDeleteMarker, isLatest, size } = entry;
      entries.push({ key, versionId, isDeleteMarker, isLatest, size });
    }
    after = page.next;
  } while (after !== undefined);
  return entries;
}

function pick<T>(choices: readonly T[]): T {
  return choices[Math.floor(Math.random() * choices.length)] as T;
}

async function runRandomly(bucket: Bucket, operations: number): Promise<void> {
  const model = new Model();
  const trace: string[] = [];
  for (let i = 0; i < operations; i++) {
    const key = pick(keys);
    const known = pick(model.history(key).map(({ versionId = 'null' }) => versionId)) as string | undefined;
    const random = Math.random();
    if (random < 0.05) {
      model.state = pick(['enabled', 'suspended'] as const);
      trace.push(model.state);
      await bucket.setVersioning(model.state);
    } else if (random < 0.5) {
      const body = 'x'.repeat(Math.floor(Math.random() * 4)) + String(i);
      const tags = { i: String(i) };
      trace.push(`put ${key}`);
      const { versionId } = await bucket.put(key, body, { tags });
      assert.equal(versionId === undefined, versioningOf(key, model.state) !== 'enabled');
      model.put(key, versionId, body, tags);
    } else if (random < 0.65) {
      trace.push(`delete ${key}`);
      const { versionId } = await bucket.delete(key);
      model.delete(key, undefined, versionId);
    } else if (known !== undefined && random < 0.85) {
      trace.push(`delete ${key} ${known}`);
      await bucket.delete(key, { versionId: known });
      model.delete(key, known, undefined);
    } else if (known !== undefined && random < 0.92) {
      const entry = model.history(key).find(({ versionId = 'null' }) => versionId === known);
      trace.push(`tag ${key} ${known}`);
      try {
        await bucket.setTags(key, { i: `t${i}` }, { versionId: known });
        if (entry !== undefined) entry.tags = { i: `t${i}` };
      } catch (error) {
        assert.ok(isStorageError(error, 'MethodNotAllowed') && entry?.isDeleteMarker === true);
      }
    } else if (known !== undefined) {
      const target = pick(keys);
      const entry = model.history(key).find(({ versionId = 'null' }) => versionId === known);
      trace.push(`copy ${key} ${known} ${target}`);
      try {
        const { versionId } = await bucket.fcopyTo(bucket.name, target, key, { sourceVersionId: known });
        model.put(target, versionId, entry?.body ?? '', entry?.tags ?? {});
      } catch (error) {
        assert.ok(isStorageError(error, 'MethodNotAllowed') && entry?.isDeleteMarker === true);
      }
    }
    assert.deepEqual(await listing(bucket, pick([1, 2, 3, 1000])), model.listing(), trace.slice(-12).join('\n'));
    await checkBodies(bucket, model, key);
  }
  await removeAll(bucket, model);
}

async function checkBodies(bucket: Bucket, model: Model, key: string): Promise<void> {
  const [latest] = model.history(key);
  assert.equal(await bucket.exists(key), latest !== undefined && latest.isDeleteMarker !== true);
  for (const { versionId = 'null', isDeleteMarker, body, tags } of model.history(key)) {
    if (isDeleteMarker === true) continue;
    const object = await bucket.get(key, { versionId });
    assert.deepEqual([await object.text(), object.info.versionId], [body, versionId === 'null' ? undefined : versionId]);
    assert.deepEqual({ ...(await bucket.tags(key, { versionId })) }, tags);
  }
}

/** Deletes all versions. */
async function removeAll(bucket: Bucket, model: Model): Promise<void> {
  for (const [key, history] of model.histories) for (const { versionId = 'null' } of history) await bucket.delete(key, { versionId });
}

test('random operations lead to the histories of the rules', { timeout: 120_000 }, async () => {
  const { store, bucket } = await files.bucket();
  await runRandomly(bucket, operationsPerRun);
  expect(await bucket.listVersions()).toEqual([]);
  expect(await store.removeBucket(bucket.name)).toBe(true);
});

test('random operations lead to the same histories on a volume without hard links', { timeout: 120_000 }, async () => {
  const calls = callsWith({
    linkSync() {
      throw Object.assign(new Error('EPERM: link'), { code: 'EPERM' });
    },
  });
  const { store, bucket } = await files.bucket({ calls });
  await runRandomly(bucket, operationsPerRun);
  expect(await bucket.listVersions()).toEqual([]);
  expect(await store.removeBucket(bucket.name)).toBe(true);
});
