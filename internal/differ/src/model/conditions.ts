import { isDate } from './kinds.js';
import { refuse } from './refusal.js';
import type { Thing } from './world.js';

/** Conditions of a call, by their names without `source`. */
export interface Conditions {
  readonly ifMatch?: unknown;
  readonly ifNoneMatch?: unknown;
  readonly ifModifiedSince?: unknown;
  readonly ifUnmodifiedSince?: unknown;
}

/** What is wrong with the conditions of a reader: one may be given, or the two that go together. */
export function readConditionCodes(conditions: Conditions): string[] {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  if (![ifMatch, ifNoneMatch].every(isEtagOrNone)) return ['InvalidArgument'];
  if (![ifModifiedSince, ifUnmodifiedSince].every((date) => date === undefined || isDate(date))) return ['InvalidArgument'];
  const given = Object.entries(conditions).filter(([, value]) => value !== undefined);
  const names = given.map(([name]) => name).sort();
  return names.length < 2 || names.join() === 'ifMatch,ifUnmodifiedSince' ? [] : ['InvalidArgument'];
}

/** What is wrong with the conditions of a writer: one may be given. */
export function writeConditionCodes({ ifMatch, ifNoneMatch }: Conditions): string[] {
  if (![ifMatch, ifNoneMatch].every(isEtagOrNone)) return ['InvalidArgument'];
  return ifMatch !== undefined && ifNoneMatch !== undefined ? ['InvalidArgument'] : [];
}

/** Holds a reader's conditions against the object. An ETag that matches counts for more than the time. */
export function judgeReader({ ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince }: Conditions, thing: Thing): void {
  if (ifMatch !== undefined && !fits(ifMatch, thing)) refuse('PreconditionFailed');
  if (ifMatch === undefined && ifUnmodifiedSince !== undefined && thing.lastModified > second(ifUnmodifiedSince))
    refuse('PreconditionFailed');
  if (ifNoneMatch !== undefined && fits(ifNoneMatch, thing)) refuse('NotModified');
  if (ifModifiedSince !== undefined && thing.lastModified <= second(ifModifiedSince)) refuse('NotModified');
}

/** Tells whether all conditions on the source of a copy hold. */
export function sourceHolds({ ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince }: Conditions, thing: Thing): boolean {
  if (ifMatch !== undefined && !fits(ifMatch, thing)) return false;
  if (ifNoneMatch !== undefined && fits(ifNoneMatch, thing)) return false;
  if (ifUnmodifiedSince !== undefined && thing.lastModified > second(ifUnmodifiedSince)) return false;
  return ifModifiedSince === undefined || thing.lastModified > second(ifModifiedSince);
}

/** Holds a writer's conditions against what is there. */
export function judgeWriter({ ifMatch, ifNoneMatch }: Conditions, thing: Thing | undefined): void {
  if (ifMatch !== undefined && thing === undefined) refuse('NoSuchKey');
  if (ifMatch !== undefined && thing !== undefined && !fits(ifMatch, thing)) refuse('PreconditionFailed');
  if (ifNoneMatch !== undefined && thing !== undefined && fits(ifNoneMatch, thing)) refuse('PreconditionFailed');
}

function fits(condition: unknown, { etag }: Thing): boolean {
  const text = String(condition).trim();
  return text === '*' || bare(text) === etag;
}

function bare(text: string): string {
  const start = text.startsWith('"') ? 1 : 0;
  return text.slice(start, text.endsWith('"') ? Math.max(start, text.length - 1) : text.length);
}

function isEtagOrNone(value: unknown): boolean {
  if (value === undefined) return true;
  return (
    typeof value === 'string' && bare(value.trim()) !== '' && Array.from(value).every((character) => character >= ' ' && character <= '~')
  );
}

/** The whole second in which a date lies. */
function second(date: unknown): Date {
  return new Date(Math.floor((date as Date).getTime() / 1000) * 1000);
}
