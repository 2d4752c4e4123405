import { configError } from './config-error.js';

/**
 * Parses a YAML file.
 * @throws `ConfigError` with the line and column of the first mistake, and nothing of the text, which may be a secret.
 */
export async function parseYaml(file: string, text: string): Promise<unknown> {
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text);
  const mistake = document.errors[0];
  if (mistake !== undefined) {
    const place = mistake.linePos?.[0];
    throw configError(
      { source: place === undefined ? file : `${file}:${place.line}:${place.col}`, path: '', folder: '' },
      `expected YAML, found a mistake (${mistake.code})`,
    );
  }
  try {
    return document.toJS() as unknown;
  } catch {
    // An alias without an anchor, or one that grows without bounds: known only now, and without a place.
    throw configError({ source: file, path: '', folder: '' }, 'expected YAML, found an alias that cannot be resolved');
  }
}
