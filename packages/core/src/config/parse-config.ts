import type { ParseError } from 'jsonc-parser';
import { importOnDemand, importPackage } from '../driver/import-package.js';
import { isOutOfDescriptors } from '../operations/to-storage-error.js';
import { configError } from './config-error.js';

/**
 * Parses a JSON file.
 * @throws `ConfigError` with the line and column of the first error. It contains nothing of the text, which may be secret; `JSON.parse` would
 *   quote it.
 */
export async function parseJson(file: string, text: string): Promise<unknown> {
  const json = text.replace(/^\uFEFF/, '');
  try {
    return JSON.parse(json) as unknown;
  } catch {
    const jsonc = await importJsonc();
    if (jsonc === undefined) throw syntaxError(file, 'JSON');
    const { parse, printParseErrorCode } = jsonc;
    const errors: ParseError[] = [];
    parse(json, errors, { disallowComments: true });
    const [first] = errors;
    if (first === undefined) throw syntaxError(file, 'JSON');
    throw syntaxError(`${file}:${lineAndColumn(json, first.offset)}`, 'JSON', printParseErrorCode(first.error));
  }
}

/** Imports the parser that locates errors. @returns undefined if too many files are open: a message without a position is better than none. */
async function importJsonc(): Promise<typeof import('jsonc-parser') | undefined> {
  try {
    return await importOnDemand('jsonc-parser', () => import('jsonc-parser'));
  } catch (error) {
    if (isOutOfDescriptors(error)) return undefined;
    throw error;
  }
}

/**
 * Parses a YAML file.
 * @throws `ConfigError` with the line and column of the first error. It contains nothing of the text, which may be secret.
 */
export async function parseYaml(file: string, text: string): Promise<unknown> {
  const { parseDocument } = await importPackage('yaml', () => import('yaml'), import.meta.url);
  const document = parseDocument(text);
  const [first] = document.errors;
  if (first !== undefined) {
    const position = first.linePos?.[0];
    throw syntaxError(position === undefined ? file : `${file}:${position.line}:${position.col}`, 'YAML', describeYamlError(first.code));
  }
  try {
    return document.toJS() as unknown;
  } catch {
    // An alias without an anchor, or one that expands without bounds: detected only here, without a position.
    throw syntaxError(file, 'YAML', 'an alias that cannot be resolved');
  }
}

/** Returns the code of an error, with a hint for the one that `data_store: memory:` causes. */
function describeYamlError(code: string): string {
  return code === 'BLOCK_AS_IMPLICIT_KEY' ? `${code}: a value that ends in a colon, such as "memory:", needs quotes` : code;
}

/** Returns `line:column`, both from 1, the form that editors open. */
function lineAndColumn(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
}

function syntaxError(source: string, format: string, found = 'a syntax error'): Error {
  return configError({ source, path: '', folder: '' }, `expected ${format}, found ${found}`);
}
