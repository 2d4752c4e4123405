import type { StorageErrorCode } from '@anybucket/core';
import { describeValue, invalidArgument, storageErrorCodes } from '@anybucket/core/backend';
import { checkFields, requireBoolean, requireCount, requireDuration } from '../field-checks.js';
import type { FieldChecks } from '../field-checks.js';
import { operationNames, requestNames } from '../requests/operations.js';
import type { Operation, RequestName } from '../requests/operations.js';
import { requirePattern } from '../requests/pattern.js';
import type { Pattern } from '../requests/pattern.js';

/**
 * A fault of a store: which requests it affects, and what happens to them. At least one effect is required: `error`, `truncate`, `corrupt`,
 * `stall` or `delayMs`.
 *
 *     { operation: 'put', key: /\.csv$/, nth: 2, error: 'SlowDown' }
 */
export interface Fault {
  /**
   * The method whose requests are affected, such as `put` or `list`, or the name of a request in S3, such as `PutObject`, whatever method makes
   * it. Most methods make one request; a listing makes one per page, and `move` a `HeadObject`, a `CopyObject` and a `DeleteObject`.
   */
  readonly operation: Operation | RequestName;
  /** @defaultValue any bucket */
  readonly bucket?: Pattern | undefined;
  /** Of a request for many keys, such as a `delete` of a list, only matching keys fail. @defaultValue any key, and requests without a key */
  readonly key?: Pattern | undefined;
  /** The first affected request, counted from 1 among those that match. @defaultValue 1 */
  readonly nth?: number | undefined;
  /** Number of affected requests from `nth` on; `Infinity` for all. @defaultValue 1 */
  readonly times?: number | undefined;
  /** The share of the matching requests that is affected, from 0 to 1. The seed determines which. @defaultValue 1 */
  readonly probability?: number | undefined;
  /**
   * Fails the request with this code, before it takes effect. The error has the fields of a real one: `status`, `retryable`, and for codes of
   * servers `serverCode`, `requestId` and `cause`.
   */
  readonly error?: StorageErrorCode | undefined;
  /** With `error` or `stall`: the body breaks after this many bytes. Nothing is stored; a reader has received the bytes before. */
  readonly afterBytes?: number | undefined;
  /** With `error`: the request takes effect, and its response is lost. @defaultValue false */
  readonly responseLost?: boolean | undefined;
  /**
   * The body ends early, after this many bytes; true for half of it. A reader fails with `IncompleteBody`, and so does an upload, of which
   * nothing is stored.
   */
  readonly truncate?: number | true | undefined;
  /** Changes one bit of the body. A reader receives the wrong byte; an upload fails with `BadDigest`. */
  readonly corrupt?: boolean | undefined;
  /** The request, or its body, never ends: until its signal is aborted, or the datastore is closed. */
  readonly stall?: boolean | undefined;
  /** Delays the request by this many milliseconds. */
  readonly delayMs?: number | undefined;
  /** Whether the fault may never occur. Otherwise, `faults.verify()` reports it. @defaultValue false */
  readonly optional?: boolean | undefined;
}

const checks: FieldChecks<Fault> = {
  operation: requireOperation,
  bucket: requirePattern,
  key: requirePattern,
  nth: requireCount(1),
  times: requireTimes,
  probability: requireProbability,
  error: requireCode,
  afterBytes: requireCount(0),
  responseLost: requireBoolean,
  truncate: requireTruncate,
  corrupt: requireBoolean,
  stall: requireBoolean,
  delayMs: requireDuration,
  optional: requireBoolean,
};

const downloads = ['get', 'fget', 'GetObject'];
const uploads = ['put', 'fput', 'putRequest', 'putPart', 'PutObject', 'UploadPart'];

/** @throws `InvalidArgument` for an unknown operation, code or field, and for fields that contradict each other. */
export function checkFaults(faults: unknown): asserts faults is readonly Fault[] {
  if (!Array.isArray(faults)) throw invalidArgument(`\`faults\` must be an array, not ${describeValue(faults)}`);
  for (const [index, fault] of faults.entries()) checkFault(fault, `\`faults[${index}]\``);
}

function checkFault(fault: unknown, subject: string): void {
  checkFields<Fault>(subject, fault, checks);
  const { operation, error, afterBytes, responseLost, truncate, corrupt, stall, delayMs } = fault;
  if (operation === undefined) throw invalidArgument(`${subject} requires \`operation\``);
  if (error === undefined && truncate === undefined && corrupt !== true && stall !== true && delayMs === undefined)
    throw invalidArgument(`${subject} has no effect: add \`error\`, \`truncate\`, \`corrupt\`, \`stall\` or \`delayMs\``);
  if (error !== undefined && stall === true) throw invalidArgument(`${subject} must not combine \`error\` and \`stall\``);
  if ((truncate !== undefined || corrupt === true) && (error !== undefined || stall === true || afterBytes !== undefined))
    throw invalidArgument(`${subject} must not combine \`truncate\` or \`corrupt\` with \`error\`, \`stall\` or \`afterBytes\``);
  if (truncate !== undefined && corrupt === true) throw invalidArgument(`${subject} must not combine \`truncate\` and \`corrupt\``);
  if (afterBytes !== undefined && error === undefined && stall !== true)
    throw invalidArgument(`${subject}: \`afterBytes\` requires \`error\` or \`stall\``);
  if (responseLost === true && (error === undefined || afterBytes !== undefined))
    throw invalidArgument(`${subject}: \`responseLost\` requires \`error\`, and excludes \`afterBytes\``);
  const needsBody = afterBytes !== undefined || truncate !== undefined || corrupt === true;
  if (needsBody && !downloads.includes(operation) && !uploads.includes(operation))
    throw invalidArgument(
      `${subject}: the requests of \`${operation}\` have no body for \`afterBytes\`, \`truncate\` or \`corrupt\`; expected one of ${[...downloads, ...uploads].join(', ')}`,
    );
}

function requireOperation(value: unknown, name: string): void {
  const known: readonly unknown[] = [...operationNames, ...requestNames];
  if (!known.includes(value)) throw invalidArgument(`${name} is unknown: ${describeValue(value)}; expected one of ${known.join(', ')}`);
}

function requireCode(value: unknown, name: string): void {
  const known: readonly unknown[] = storageErrorCodes;
  if (!known.includes(value))
    throw invalidArgument(`${name} is not an error code: ${describeValue(value)}; expected one of ${known.join(', ')}`);
}

function requireTimes(value: unknown, name: string): void {
  if (value !== Infinity) requireCount(1)(value, name);
}

function requireProbability(value: unknown, name: string): void {
  if (!(typeof value === 'number' && value >= 0 && value <= 1))
    throw invalidArgument(`${name} must be a number from 0 to 1, not ${describeValue(value)}`);
}

function requireTruncate(value: unknown, name: string): void {
  if (value !== true) requireCount(0)(value, name);
}
