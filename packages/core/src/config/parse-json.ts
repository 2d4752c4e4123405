import type { ParseError } from 'jsonc-parser';
import { configError } from './config-error.js';

/**
 * Parses a JSON file.
 * @throws `ConfigError` with the line and column of the first mistake, and nothing of the text: `JSON.parse` quotes what is around it, which may be a secret.
 */
export async function parseJson(file: string, text: string): Promise<unknown> {
  const json = text.replace(/^\uFEFF/, '');
  try {
    return JSON.parse(json) as unknown;
  } catch {
    const { parse, printParseErrorCode } = await import('jsonc-parser');
    const mistakes: ParseError[] = [];
    parse(json, mistakes, { disallowComments: true });
    const first = mistakes[0];
    const place = first === undefined ? '' : `:${placeOf(json, first.offset)}`;
    throw configError(
      { source: `${file}${place}`, path: '', folder: '' },
      `expected JSON${first === undefined ? '' : `, found a mistake (${printParseErrorCode(first.error)})`}`,
    );
  }
}

/** `line:column`, both from 1, as editors take it. */
function placeOf(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
}
