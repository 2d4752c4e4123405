import { types } from 'node:util';
import { describeValue, invalidArgument } from '@anybucket/core/backend';

/** Text that is compared as a whole, or a regular expression. */
export type Pattern = string | RegExp;

/** Returns whether a text matches. Without a pattern, any text does; a missing text matches no pattern. */
export function matches(pattern: Pattern | undefined, text: string | undefined): boolean {
  if (pattern === undefined) return true;
  if (text === undefined) return false;
  // `search` ignores `lastIndex`, unlike `test` of an expression with the flag `g`.
  return typeof pattern === 'string' ? pattern === text : text.search(pattern) >= 0;
}

export function requirePattern(value: unknown, name: string): void {
  if (typeof value !== 'string' && !types.isRegExp(value))
    throw invalidArgument(`${name} must be a string or a regular expression, not ${describeValue(value)}`);
}
