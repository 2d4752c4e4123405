import { resolve } from 'node:path';
import { kindOf, shown, wrongSetting } from './config-error.js';
import type { Origin } from './config-error.js';
import type { OptionSchema } from './options-schema.js';

/**
 * Checks one value against its description.
 * @returns the value; a path made absolute.
 * @throws `ConfigError`
 */
export function checkOption(option: OptionSchema, value: unknown, origin: Origin): unknown {
  if (!fits(option, value)) throw wrongSetting(origin, expectationOf(option), option.secret === true ? kindOf(value) : shown(value));
  return option.path === true ? resolve(origin.folder, value as string) : value;
}

/**
 * Turns the text of a URL or a variable into the option's type, then checks it. Errors don't show the text: a URL of a wrong form may have
 * its secrets anywhere.
 * @throws `ConfigError`
 */
export function checkOptionText(option: OptionSchema, text: string, origin: Origin): unknown {
  const value = typed(option.type, text);
  if (!fits(option, value)) throw wrongSetting(origin, expectationOf(option), text === '' ? 'an empty text' : 'another text');
  return checkOption(option, value, origin);
}

/** What is expected, in words. */
export function expectationOf(option: OptionSchema): string {
  return `${typeInWords(option)} (${option.description})`;
}

function typed(type: OptionSchema['type'], text: string): unknown {
  if (type === 'number') return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  return type === 'string' ? text : undefined;
}

function fits({ type, values, integer, min = -Infinity, max = Infinity }: OptionSchema, value: unknown): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string' && value !== '' && (values === undefined || values.includes(value));
    case 'number':
      return (
        Number.isFinite(value) && (value as number) >= min && (value as number) <= max && (integer !== true || Number.isSafeInteger(value))
      );
    case 'object':
      return typeof value === 'object' && value !== null;
    default:
      return typeof value === type;
  }
}

function typeInWords({ type, values, integer, min, max }: OptionSchema): string {
  switch (type) {
    case 'string':
      return values === undefined ? 'a string that is not empty' : `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'number':
      return `a ${integer === true ? 'whole ' : ''}number${min === undefined ? '' : ` from ${min}`}${max === undefined ? '' : ` up to ${max}`}`;
    case 'boolean':
      return 'true or false';
    case 'object':
      return 'an object';
    case 'function':
      return 'a function';
  }
}
