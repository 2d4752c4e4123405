import { types } from 'node:util';
import { isStorageError } from '@anybucket/core';
import type { Bucket, Metadata, Tags } from '@anybucket/core';
import { diffLines } from '../contents/diff-lines.js';
import { contentsOfObject, describeBody } from '../contents/store-contents.js';
import type { ObjectContents } from '../contents/store-contents.js';
import { describeValue, invalidArgument } from '@anybucket/core/backend';
import { checkFields, requireCount } from '../field-checks.js';
import type { FieldChecks } from '../field-checks.js';
import type { CheckResult } from './check-result.js';

/** What an object is expected to be. Fields that are not given are not compared. */
export interface ExpectedObject {
  /** Text, bytes, a regular expression that matches the text, or a value that the body has as JSON (`{ json: value }`). */
  readonly body?: string | Uint8Array | RegExp | { readonly json: unknown } | undefined;
  /** The content type. */
  readonly type?: string | RegExp | undefined;
  /** All user metadata. */
  readonly metadata?: Metadata | undefined;
  /** All tags. */
  readonly tags?: Tags | undefined;
  /** In bytes. */
  readonly size?: number | undefined;
}

const checks: FieldChecks<ExpectedObject> = {
  body: requireBody,
  type: (value, name) => {
    if (typeof value !== 'string' && !types.isRegExp(value))
      throw invalidArgument(`${name} must be a string or a regular expression, not ${describeValue(value)}`);
  },
  metadata: requireRecord,
  tags: requireRecord,
  size: requireCount(0),
};

/**
 * Compares an object with what is expected.
 *
 * @throws `InvalidArgument` for an unknown field; the errors of `get`, except `NoSuchKey`.
 */
export async function checkObject(bucket: Bucket, key: string, expected: ExpectedObject = {}): Promise<CheckResult> {
  requireBucket(bucket);
  checkFields<ExpectedObject>('the expected object', expected, checks);
  const name = `${bucket.name}/${key}`;
  const object = await readOrUndefined(bucket, key);
  if (object === undefined) {
    const keys = (await bucket.listFilename({ limit: 10 })).map((other) => `  ${other}`);
    const others = keys.length === 0 ? 'The bucket is empty.' : `The bucket has:\n${keys.join('\n')}${keys.length === 10 ? '\n  ...' : ''}`;
    return { pass: false, message: () => `expected an object ${name}, which does not exist\n\n${others}` };
  }
  const differences = compareObject(object, expected);
  if (differences.length === 0) return { pass: true, message: () => `expected no object ${name} with these fields` };
  return { pass: false, message: () => `the object ${name} is not the expected one (- expected, + received)\n\n${differences.join('\n')}` };
}

async function readOrUndefined(bucket: Bucket, key: string): Promise<ObjectContents | undefined> {
  try {
    return await contentsOfObject(bucket, key);
  } catch (error) {
    if (isStorageError(error, 'NoSuchKey')) return undefined;
    throw error;
  }
}

function compareObject(object: ObjectContents, { body, type, metadata, tags, size }: ExpectedObject): string[] {
  return [
    ...(body === undefined ? [] : compareBody(object.body, body)),
    ...(type === undefined ? [] : compareText('type', object.contentType, type)),
    ...(metadata === undefined ? [] : compareFields('metadata', object.metadata, metadata)),
    ...(tags === undefined ? [] : compareFields('tags', object.tags, tags)),
    ...(size === undefined || size === object.body.length ? [] : [`- size: ${size}`, `+ size: ${object.body.length}`]),
  ];
}

function compareBody(actual: Buffer, expected: NonNullable<ExpectedObject['body']>): string[] {
  const text = actual.toString('utf8');
  if (types.isRegExp(expected)) return compareText('body', text, expected);
  if (typeof expected === 'string') return text === expected ? [] : indented('body', expected, text);
  if (types.isUint8Array(expected)) {
    if (actual.equals(expected)) return [];
    return [
      `- body: ${describeBody(Buffer.from(expected))} (${expected.length} B)`,
      `+ body: ${describeBody(actual)} (${actual.length} B)`,
    ];
  }
  const expectedJson = stableJson(expected.json);
  const actualJson = parsedJson(text);
  if (actualJson === undefined) return [`- body: JSON`, `+ body: ${describeBody(actual)}`];
  return actualJson === expectedJson ? [] : indented('body', expectedJson, actualJson);
}

function compareText(name: string, actual: string, expected: string | RegExp): string[] {
  if (typeof expected === 'string' ? actual === expected : actual.search(expected) >= 0) return [];
  return [
    `- ${name}: ${typeof expected === 'string' ? JSON.stringify(expected) : String(expected)}`,
    `+ ${name}: ${JSON.stringify(actual.slice(0, 200))}`,
  ];
}

function compareFields(name: string, actual: Readonly<Record<string, string>>, expected: Readonly<Record<string, string>>): string[] {
  const [left, right] = [stableJson(expected), stableJson(actual)];
  return left === right ? [] : indented(name, left, right);
}

function indented(name: string, expected: string, actual: string): string[] {
  return [
    `  ${name}:`,
    ...diffLines(expected, actual)
      .split('\n')
      .map((line) => line.replace(/^([-+ ])/, '$1 ')),
  ];
}

/** Returns JSON with sorted names, so that their order does not matter. */
function stableJson(value: unknown): string {
  const sorted = (_: string, inner: unknown): unknown =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner;
  return JSON.stringify(value, sorted, 2) ?? 'undefined';
}

function parsedJson(text: string): string | undefined {
  try {
    return stableJson(JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function requireBody(value: unknown, name: string): void {
  const isJson = typeof value === 'object' && value !== null && 'json' in value;
  if (typeof value !== 'string' && !types.isUint8Array(value) && !types.isRegExp(value) && !isJson)
    throw invalidArgument(`${name} must be text, bytes, a regular expression or { json }, not ${describeValue(value)}`);
}

function requireRecord(value: unknown, name: string): void {
  if (typeof value !== 'object' || value === null || Object.values(value).some((one) => typeof one !== 'string'))
    throw invalidArgument(`${name} must be an object with strings, not ${describeValue(value)}`);
}

/** @throws `InvalidArgument`, with a hint for the usual mistake of a missing `bucket(name)`. */
export function requireBucket(value: unknown): asserts value is Bucket {
  if (typeof value !== 'object' || value === null || !('listFilename' in value))
    throw invalidArgument(`expected a bucket, got ${describeValue(value)}; pass store.bucket(name)`);
}
