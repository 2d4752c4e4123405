import { pathToFileURL } from 'node:url';

/** Imports a file of JavaScript or TypeScript. Node 20 has no TypeScript of its own, so that goes through jiti. */
export async function importFile(path: string): Promise<Record<string, unknown>> {
  if (!/\.[cm]?ts$/.test(path)) return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  const { createJiti } = await import('jiti');
  // No cache on disk: a configuration is small, and nothing is to be left behind.
  const jiti = createJiti(import.meta.url, { fsCache: false });
  return jiti.import<Record<string, unknown>>(path);
}

/** Tells whether a module could not even be parsed. Such an error quotes the source. */
export function isSyntaxError(error: unknown): boolean {
  return error instanceof SyntaxError || (error instanceof Error && error.message.startsWith('ParseError'));
}
