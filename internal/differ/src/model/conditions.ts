import { fail } from './failure.js';
import type { ModelObject } from './model-state.js';
import { isDate } from './predicates.js';

/** The conditions of a call; those on a copy's source without the prefix `source`. */
export interface Conditions {
  readonly ifMatch?: unknown;
  readonly ifNoneMatch?: unknown;
  readonly ifModifiedSince?: unknown;
  readonly ifUnmodifiedSince?: unknown;
}

/** Returns the error codes of invalid read conditions. Allowed are one condition, or `ifMatch` with `ifUnmodifiedSince`. */
export function readConditionErrors(conditions: Conditions): string[] {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  if (![ifMatch, ifNoneMatch].every(isOptionalEtag)) return ['InvalidArgument'];
  if (![ifModifiedSince, ifUnmodifiedSince].every((date) => date === undefined || isDate(date))) return ['InvalidArgument'];
  const given = Object.entries(conditions).filter(([, value]) => value !== undefined);
  const names = given.map(([name]) => name).sort();
  return names.length < 2 || names.join() === 'ifMatch,ifUnmodifiedSince' ? [] : ['InvalidArgument'];
}

/** Returns the error codes of invalid write conditions. At most one is allowed. */
export function writeConditionErrors({ ifMatch, ifNoneMatch }: Conditions): string[] {
  if (![ifMatch, ifNoneMatch].every(isOptionalEtag)) return ['InvalidArgument'];
  return ifMatch !== undefined && ifNoneMatch !== undefined ? ['InvalidArgument'] : [];
}

/** Throws `PreconditionFailed` or `NotModified` unless the read conditions hold. `ifMatch` takes precedence over `ifUnmodifiedSince`. */
export function checkReadConditions({ ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince }: Conditions, object: ModelObject): void {
  if (ifMatch !== undefined && !matchesEtag(ifMatch, object)) fail('PreconditionFailed');
  if (ifMatch === undefined && ifUnmodifiedSince !== undefined && object.lastModified > truncateToSecond(ifUnmodifiedSince))
    fail('PreconditionFailed');
  if (ifNoneMatch !== undefined && matchesEtag(ifNoneMatch, object)) fail('NotModified');
  if (ifModifiedSince !== undefined && object.lastModified <= truncateToSecond(ifModifiedSince)) fail('NotModified');
}

/** Returns whether all conditions on the source of a copy hold. */
export function sourceConditionsHold(
  { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince }: Conditions,
  object: ModelObject,
): boolean {
  if (ifMatch !== undefined && !matchesEtag(ifMatch, object)) return false;
  if (ifNoneMatch !== undefined && matchesEtag(ifNoneMatch, object)) return false;
  if (ifUnmodifiedSince !== undefined && object.lastModified > truncateToSecond(ifUnmodifiedSince)) return false;
  return ifModifiedSince === undefined || object.lastModified > truncateToSecond(ifModifiedSince);
}

/** Throws `NoSuchKey` or `PreconditionFailed` unless the write conditions hold. */
export function checkWriteConditions({ ifMatch, ifNoneMatch }: Conditions, object: ModelObject | undefined): void {
  if (ifMatch !== undefined && object === undefined) fail('NoSuchKey');
  if (ifMatch !== undefined && object !== undefined && !matchesEtag(ifMatch, object)) fail('PreconditionFailed');
  if (ifNoneMatch !== undefined && object !== undefined && matchesEtag(ifNoneMatch, object)) fail('PreconditionFailed');
}

function matchesEtag(condition: unknown, { etag }: ModelObject): boolean {
  const text = String(condition).trim();
  return text === '*' || unquote(text) === etag;
}

function unquote(text: string): string {
  const start = text.startsWith('"') ? 1 : 0;
  return text.slice(start, text.endsWith('"') ? Math.max(start, text.length - 1) : text.length);
}

function isOptionalEtag(value: unknown): boolean {
  if (value === undefined) return true;
  return (
    typeof value === 'string' &&
    unquote(value.trim()) !== '' &&
    Array.from(value).every((character) => character >= ' ' && character <= '~')
  );
}

function truncateToSecond(date: unknown): Date {
  return new Date(Math.floor((date as Date).getTime() / 1000) * 1000);
}
