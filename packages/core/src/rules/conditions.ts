import type { ReadConditions, WriteConditions } from '../api/options.js';
import type { CopySource } from '../driver/calls.js';
import { StorageError, invalidArgument } from '../api/errors.js';
import { unquoteEtag } from './etags.js';
import { isDate, truncateToSeconds } from './times.js';

const printable = /^[ -~]*$/;

/** What a condition is held against. */
export interface ConditionSubject {
  readonly etag: string;
  /** As a number in milliseconds. */
  readonly lastModified: Date | number;
}

/**
 * Takes the read conditions out of a call's options, ETags without quotes.
 * @returns undefined when none is given.
 * @throws `InvalidArgument` for a wrong type, or a combination about which servers disagree.
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
    throw invalidArgument('give one condition, or `ifMatch` with `ifUnmodifiedSince`: servers disagree about other combinations');
  }
  return {
    ifMatch: ifMatch === undefined ? undefined : unquoteEtag(ifMatch),
    ifNoneMatch: ifNoneMatch === undefined ? undefined : unquoteEtag(ifNoneMatch),
    ifModifiedSince: ifModifiedSince === undefined ? undefined : truncateToSeconds(ifModifiedSince),
    ifUnmodifiedSince: ifUnmodifiedSince === undefined ? undefined : truncateToSeconds(ifUnmodifiedSince),
  };
}

/**
 * Takes the write conditions out of a call's options, ETags without quotes.
 * @returns undefined when none is given.
 * @throws `InvalidArgument` for a wrong type, or both at once.
 */
export function checkWriteConditions({ ifMatch, ifNoneMatch }: WriteConditions): WriteConditions | undefined {
  checkEtag('ifMatch', ifMatch);
  checkEtag('ifNoneMatch', ifNoneMatch);
  if (ifMatch !== undefined && ifNoneMatch !== undefined) throw invalidArgument('give `ifMatch` or `ifNoneMatch`, not both');
  if (ifMatch !== undefined) return { ifMatch: unquoteEtag(ifMatch) };
  if (ifNoneMatch !== undefined) return { ifNoneMatch: unquoteEtag(ifNoneMatch) };
  return undefined;
}

/** @throws `PreconditionFailed` or `NotModified` when a reader's condition doesn't hold. */
export function evaluateReadConditions(conditions: ReadConditions | undefined, object: ConditionSubject): void {
  if (conditions === undefined) return;
  requireMatch(conditions, object);
  // For a reader an ETag that matches says more than a time does.
  if (conditions.ifMatch === undefined) requireUnmodified(conditions, object);
  if (!differs(conditions, object)) throw new StorageError({ code: 'NotModified', message: 'the object was not modified' });
}

/**
 * The same for the source of a copy, where each must hold, and S3 answers each with `PreconditionFailed`.
 * @throws `PreconditionFailed` that names the source: the call is about the target.
 */
export function evaluateSourceConditions(source: CopySource, object: ConditionSubject): void {
  const { conditions } = source;
  if (conditions === undefined) return;
  requireMatch(conditions, object, source);
  requireUnmodified(conditions, object, source);
  if (!differs(conditions, object)) throw preconditionFailed('the source was not modified', source);
}

/**
 * Decides whether a write may happen.
 * @param current undefined when there is no object.
 * @throws `PreconditionFailed`, or `NoSuchKey` for `ifMatch` without an object.
 */
export function evaluateWriteConditions(conditions: WriteConditions | undefined, current: { readonly etag: string } | undefined): void {
  if (conditions === undefined) return;
  const { ifMatch, ifNoneMatch } = conditions;
  if (ifMatch !== undefined) {
    if (current === undefined) throw new StorageError({ code: 'NoSuchKey', message: 'there is no object whose ETag could match' });
    if (!matches(ifMatch, current.etag)) throw preconditionFailed(`the object has the ETag ${current.etag}, not ${ifMatch}`);
  }
  if (ifNoneMatch !== undefined && current !== undefined && matches(ifNoneMatch, current.etag)) {
    throw preconditionFailed(ifNoneMatch === '*' ? 'the object exists' : `the object has the ETag ${ifNoneMatch}`);
  }
}

function requireMatch({ ifMatch }: ReadConditions, { etag }: ConditionSubject, source?: CopySource): void {
  if (ifMatch !== undefined && !matches(ifMatch, etag)) throw preconditionFailed(`the object has the ETag ${etag}, not ${ifMatch}`, source);
}

function requireUnmodified({ ifUnmodifiedSince }: ReadConditions, { lastModified }: ConditionSubject, source?: CopySource): void {
  if (ifUnmodifiedSince !== undefined && Number(lastModified) > Number(ifUnmodifiedSince)) {
    throw preconditionFailed(`the object was modified at ${new Date(lastModified).toISOString()}`, source);
  }
}

function differs({ ifNoneMatch, ifModifiedSince }: ReadConditions, { etag, lastModified }: ConditionSubject): boolean {
  if (ifNoneMatch !== undefined) return !matches(ifNoneMatch, etag);
  return ifModifiedSince === undefined || Number(lastModified) > Number(ifModifiedSince);
}

function matches(condition: string, etag: string): boolean {
  return condition === '*' || condition === etag;
}

function checkEtag(name: string, value: unknown): void {
  if (value === undefined) return;
  if (typeof value !== 'string' || !printable.test(value) || unquoteEtag(value) === '')
    throw invalidArgument(`\`${name}\` must be an ETag or \`*\``);
}

function checkDate(name: string, value: unknown): void {
  if (value !== undefined && !isDate(value)) throw invalidArgument(`\`${name}\` must be a valid Date`);
}

function preconditionFailed(message: string, source?: CopySource): StorageError {
  return new StorageError({ code: 'PreconditionFailed', bucket: source?.bucket, key: source?.key, message });
}
