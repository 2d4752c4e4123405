import { describe, expect, test } from 'vitest';
import { StorageError } from '../../src/api/errors.js';
import { findVersion, newVersionId, parseVersionId, planDelete, planWrite, selectVersion, versioningOf } from '../../src/rules/versions.js';
import type { VersionEntry } from '../../src/rules/versions.js';

const [id1, id2] = ['01234567-89ab-cdef-0123-456789abcdef', 'ffffffff-0000-4000-8000-000000000001'];
const [one, two, nullVersion]: [VersionEntry, VersionEntry, VersionEntry] = [{ versionId: id1 }, { versionId: id2 }, {}];
const marker: VersionEntry = { versionId: id2, isDeleteMarker: true };
const nullMarker: VersionEntry = { isDeleteMarker: true };

/** Returns code and delete marker of the error of a call. */
function errorOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    if (error instanceof StorageError) return [error.code, error.deleteMarker];
    throw error;
  }
  return undefined;
}

describe('parseVersionId', () => {
  test.each([
    id1,
    id1.toUpperCase(),
    id1.replaceAll('-', ''),
    id1.replaceAll('-', '').toUpperCase(),
    `{${id1}}`,
    `urn:uuid:${id1}`,
    `URN:UUID:${id1}`,
  ])('accepts %s', (text) => {
    expect(parseVersionId(text)).toBe(id1);
  });

  test.each(['null', '00000000-0000-0000-0000-000000000000', '0'.repeat(32)])('%s is the null version', (text) => {
    expect(parseVersionId(text)).toBeUndefined();
  });

  test.each([
    '',
    'v1',
    'Null',
    'NULL',
    id1.slice(1),
    `${id1}0`,
    `{${id1}`,
    `${id1}}`,
    `urn:uuid:{${id1}}`,
    id1.replace('0', 'g'),
    ` ${id1}`,
  ])('rejects %j', (text) => {
    expect(errorOf(() => parseVersionId(text))).toEqual(['InvalidArgument', undefined]);
  });
});

test('keys that end in / have no versions', () => {
  expect(versioningOf('a/', 'enabled')).toBe('off');
  expect(versioningOf('a', 'enabled')).toBe('enabled');
  expect(versioningOf('a', 'suspended')).toBe('suspended');
});

test('a new version has an id only if versioning is enabled', () => {
  expect(parseVersionId(newVersionId('enabled') ?? '')).toMatch(/^[0-9a-f-]{36}$/);
  expect(newVersionId('enabled')).not.toBe(newVersionId('enabled'));
  expect([newVersionId('suspended'), newVersionId('off')]).toEqual([undefined, undefined]);
});

describe('selectVersion', () => {
  test.each([
    [[one, two], undefined, one],
    [[two, one], id1, one],
    [[one, nullVersion], 'null', nullVersion],
    [[marker, one], id1, one],
  ])('of %j, version %s', (history, versionId, expected) => {
    expect(selectVersion(history, versionId)).toBe(expected);
  });

  test.each([
    [[], undefined, ['NoSuchKey', undefined]],
    [[marker, one], undefined, ['NoSuchKey', id2]],
    [[nullMarker, one], undefined, ['NoSuchKey', 'null']],
    [[one], id2, ['NoSuchVersion', undefined]],
    [[one], 'null', ['NoSuchVersion', undefined]],
    [[], id1, ['NoSuchVersion', undefined]],
    [[one, marker], id2, ['MethodNotAllowed', id2]],
    [[nullMarker], 'null', ['MethodNotAllowed', 'null']],
    [[one], 'v1', ['InvalidArgument', undefined]],
  ])('of %j, version %s fails with %j', (history, versionId, expected) => {
    expect(errorOf(() => selectVersion(history, versionId))).toEqual(expected);
  });
});

test('findVersion finds delete markers, too', () => {
  expect(findVersion([one, marker], id2.toUpperCase())).toBe(marker);
  expect(findVersion([one], id2)).toBeUndefined();
});

describe('planWrite', () => {
  test.each([
    ['a new version keeps the history', [one, nullVersion], id2, { removed: undefined, versionId: id2 }],
    ['the null version replaces the null version', [one, nullVersion], undefined, { removed: nullVersion, versionId: undefined }],
    ['the null version replaces a null delete marker', [nullMarker, one], undefined, { removed: nullMarker, versionId: undefined }],
    ['the null version keeps other versions', [one], undefined, { removed: undefined, versionId: undefined }],
    ['the first write', [], undefined, { removed: undefined, versionId: undefined }],
  ])('%s', (_, history, versionId, expected) => {
    expect(planWrite(history, versionId)).toEqual(expected);
  });
});

describe('planDelete', () => {
  test('of a version removes it', () => {
    expect(planDelete([one, two], 'enabled', id1)).toEqual({ removed: one, marker: undefined, outcome: { versionId: id1 } });
    expect(planDelete([marker, one], 'off', id2)).toEqual({
      removed: marker,
      marker: undefined,
      outcome: { versionId: id2, isDeleteMarker: true },
    });
    expect(planDelete([nullVersion], 'enabled', 'null')).toEqual({ removed: nullVersion, marker: undefined, outcome: {} });
  });

  test('of a missing version or key does nothing', () => {
    expect(planDelete([one], 'enabled', id2)).toEqual({ removed: undefined, marker: undefined, outcome: {} });
    expect(planDelete([], 'enabled', undefined)).toEqual({ removed: undefined, marker: undefined, outcome: {} });
  });

  test('without versioning removes the object', () => {
    expect(planDelete([nullVersion], 'off', undefined)).toEqual({ removed: nullVersion, marker: undefined, outcome: {} });
  });

  test('with versioning enabled adds a delete marker with an id', () => {
    const plan = planDelete([nullVersion], 'enabled', undefined);
    expect(plan).toEqual({
      removed: undefined,
      marker: { versionId: plan.outcome.versionId },
      outcome: { versionId: expect.stringMatching(/^[0-9a-f-]{36}$/), isDeleteMarker: true },
    });
  });

  test('with versioning suspended replaces the null version by a marker', () => {
    expect(planDelete([nullVersion, one], 'suspended', undefined)).toEqual({
      removed: nullVersion,
      marker: { versionId: undefined },
      outcome: {},
    });
    expect(planDelete([one], 'suspended', undefined)).toEqual({ removed: undefined, marker: { versionId: undefined }, outcome: {} });
  });

  test('a second delete adds no second marker', () => {
    expect(planDelete([marker, one], 'enabled', undefined)).toEqual({
      removed: undefined,
      marker: undefined,
      outcome: { versionId: id2, isDeleteMarker: true },
    });
  });

  test('rejects a malformed id', () => {
    expect(errorOf(() => planDelete([], 'enabled', 'v1'))).toEqual(['InvalidArgument', undefined]);
  });
});
