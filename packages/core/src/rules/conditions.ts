import type { ReadConditions, WriteConditions } from '../api/options.js';
import type { CopySource } from '../driver/calls.js';
import { StorageError, describeValue, invalidArgument, quote } from '../api/errors.js';
import { unquoteEtag } from './etags.js';
import { isHttpDate, truncateToSeconds } from './http-dates.js';

const printable = /^[ -~]*$/;

/** The attributes of an object that conditions refer to. */
export interface ConditionSubject {
  readonly etag: string;
  /** A number is in milliseconds since the epoch. */
  readonly lastModified: Date | number;
}

/**
 * Validates and normalises the read conditions among the options of a call.
 *
 * @returns the conditions with unquoted ETags and whole seconds; undefined if there are none.
 * @throws `InvalidArgument` if a value is invalid, or for combinations on which servers disagree.
 */
export function checkReadConditions({
  ifMatch,
  ifNoneMatch,
  ifModifiedSince,
  ifUnmodifiedSince,
}: ReadConditions): ReadConditions | undefined {
  const given = [ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince].filter((condition) => condition !== undefined).length;
  if (given === 0) return undefined;
  checkEtag('ifMatch', ifMatch);
  checkEtag('ifNoneMatch', ifNoneMatch);
  checkDate('ifModifiedSince', ifModifiedSince);
  checkDate('ifUnmodifiedSince', ifUnmodifiedSince);
  if (given > 2 || (given === 2 && (ifMatch === undefined || ifUnmodifiedSince === undefined))) {
    throw invalidArgument(
      'at most one condition is allowed, or `ifMatch` with `ifUnmodifiedSince`; servers disagree about other combinations',
    );
  }
  return {
    ifMatch: ifMatch === undefined ? undefined : unquoteEtag(ifMatch),
    ifNoneMatch: ifNoneMatch === undefined ? undefined : unquoteEtag(ifNoneMatch),
    ifModifiedSince: ifModifiedSince === undefined ? undefined : truncateToSeconds(ifModifiedSince),
    ifUnmodifiedSince: ifUnmodifiedSince === undefined ? undefined : truncateToSeconds(ifUnmodifiedSince),
  };
}

/**
 * Parses an `If-None-Match` header with several or weak ETags.
 *
 * @returns the ETags without quotes; undefined if the text is one strong ETag, or `*`.
 * @throws `InvalidArgument` if the list contains `*`.
 */
export function parseEtagList(text: string): string[] | undefined {
  const member = String.raw`(?:W/)?"[^"]*"|[^\s",]+`;
  const isList = new RegExp(`^\\s*(?:${member})(?:\\s*,\\s*(?:${member}))*\\s*$`).test(text);
  if (!isList || !/,|^\s*W\//.test(text)) return undefined;
  const etags: readonly string[] = text.match(new RegExp(member, 'g')) ?? [];
  if (etags.includes('*')) throw invalidArgument(`a list of ETags must not contain \`*\`, got ${describeValue(text)}`);
  return etags.map((etag) => unquoteEtag(etag.replace(/^W\//, '')));
}

/** A validated `ifRange`. */
export type RangeValidator = { readonly etag: string } | { readonly lastModified: Date };

/**
 * Validates and normalises the option `ifRange`.
 * @throws `InvalidArgument` if it is neither an ETag nor a date.
 */
export function checkIfRange(value: unknown): RangeValidator {
  const time = typeof value === 'string' && /^[A-Z][a-z]{2}, .* GMT$/.test(value) ? new Date(value) : value;
  if (typeof time === 'string') {
    checkEtag('ifRange', time);
    if (time.trim() === '*') throw invalidArgument('`ifRange` must be an ETag or a time, not `*`');
    return { etag: unquoteEtag(time) };
  }
  if (!isHttpDate(time)) throw invalidArgument(`\`ifRange\` must be an ETag or a valid Date, not ${describeValue(value)}`);
  return { lastModified: truncateToSeconds(time) };
}

/** Returns whether an object is the one that `ifRange` describes. A weak ETag is not equal to any. */
export function isSameObject(validator: RangeValidator, { etag, lastModified }: ConditionSubject): boolean {
  if ('etag' in validator) return validator.etag === etag;
  return Number(validator.lastModified) === Number(lastModified);
}

/**
 * Validates and normalises the write conditions among the options of a call.
 *
 * @returns the condition with an unquoted ETag; undefined if there is none.
 * @throws `InvalidArgument` if a value is invalid, or if both conditions are given.
 */
export function checkWriteConditions({ ifMatch, ifNoneMatch }: WriteConditions): WriteConditions | undefined {
  checkEtag('ifMatch', ifMatch);
  checkEtag('ifNoneMatch', ifNoneMatch);
  if (ifMatch !== undefined && ifNoneMatch !== undefined) throw invalidArgument('`ifMatch` must not be combined with `ifNoneMatch`');
  if (ifMatch !== undefined) return { ifMatch: unquoteEtag(ifMatch) };
  if (ifNoneMatch !== undefined) return { ifNoneMatch: unquoteEtag(ifNoneMatch) };
  return undefined;
}

/**
 * Evaluates the conditions of a read.
 *
 * @throws `PreconditionFailed` or `NotModified` if a condition fails.
 */
export function evaluateReadConditions(conditions: ReadConditions | undefined, object: ConditionSubject): void {
  if (conditions === undefined) return;
  requireMatch(conditions, object);
  // `ifMatch` takes precedence over `ifUnmodifiedSince` (RFC 9110, 13.2.2).
  if (conditions.ifMatch === undefined) requireUnmodified(conditions, object);
  if (!isModified(conditions, object)) throw new StorageError({ code: 'NotModified', message: 'the object was not modified' });
}

/**
 * Evaluates the conditions on the source of a copy. As in S3, every condition must hold, and every failure is `PreconditionFailed`.
 *
 * @throws `PreconditionFailed` with the bucket and key of the source.
 */
export function evaluateSourceConditions(source: CopySource, object: ConditionSubject): void {
  const { conditions } = source;
  if (conditions === undefined) return;
  requireMatch(conditions, object, source);
  requireUnmodified(conditions, object, source);
  if (!isModified(conditions, object)) throw preconditionFailed('the source of the copy was not modified', source);
}

/**
 * Evaluates the conditions of a write.
 *
 * @param current the object to be replaced; undefined if there is none.
 * @throws `PreconditionFailed` if a condition fails, `NoSuchKey` if `ifMatch` is given and there is no object.
 */
export function evaluateWriteConditions(conditions: WriteConditions | undefined, current: { readonly etag: string } | undefined): void {
  if (conditions === undefined) return;
  const { ifMatch, ifNoneMatch } = conditions;
  if (ifMatch !== undefined) {
    if (current === undefined)
      throw new StorageError({ code: 'NoSuchKey', message: 'the object does not exist, but `ifMatch` requires it' });
    if (!matches(ifMatch, current.etag)) throw etagMismatch(current.etag, ifMatch);
  }
  if (ifNoneMatch !== undefined && current !== undefined && matches(ifNoneMatch, current.etag)) {
    throw preconditionFailed(ifNoneMatch === '*' ? 'the object already exists' : `the object has the ETag ${current.etag}`);
  }
}

function requireMatch({ ifMatch }: ReadConditions, { etag }: ConditionSubject, source?: CopySource): void {
  if (ifMatch !== undefined && !matches(ifMatch, etag)) throw etagMismatch(etag, ifMatch, source);
}

function requireUnmodified({ ifUnmodifiedSince }: ReadConditions, { lastModified }: ConditionSubject, source?: CopySource): void {
  if (ifUnmodifiedSince !== undefined && Number(lastModified) > Number(ifUnmodifiedSince)) {
    throw preconditionFailed(`the object was modified at ${new Date(lastModified).toISOString()}`, source);
  }
}

function isModified({ ifNoneMatch, ifModifiedSince }: ReadConditions, { etag, lastModified }: ConditionSubject): boolean {
  if (ifNoneMatch !== undefined) return !matches(ifNoneMatch, etag);
  return ifModifiedSince === undefined || Number(lastModified) > Number(ifModifiedSince);
}

function matches(condition: string, etag: string): boolean {
  return condition === '*' || condition === etag;
}

function checkEtag(name: string, value: unknown): void {
  if (value === undefined) return;
  if (typeof value !== 'string' || !printable.test(value) || unquoteEtag(value) === '')
    throw invalidArgument(`\`${name}\` must be an ETag or \`*\`, not ${describeValue(value)}`);
}

function checkDate(name: string, value: unknown): void {
  if (value !== undefined && !isHttpDate(value)) throw invalidArgument(`\`${name}\` must be a valid Date with a year of four digits`);
}

function etagMismatch(actual: string, expected: string, source?: CopySource): StorageError {
  return preconditionFailed(`the ETag of the object is ${actual}, expected ${quote(expected)}`, source);
}

function preconditionFailed(message: string, source?: CopySource): StorageError {
  return new StorageError({ code: 'PreconditionFailed', bucket: source?.bucket, key: source?.key, message });
}
