import { pathToFileURL } from 'node:url';

/** Imports a JavaScript or TypeScript file. Node 20 cannot run TypeScript, so such a file is imported with jiti. */
export async function importFile(path: string): Promise<Record<string, unknown>> {
  if (!/\.[cm]?ts$/.test(path)) {
    // The comments keep bundlers from resolving a path that is known at run time only.
    return (await import(/* webpackIgnore: true */ /* @vite-ignore */ pathToFileURL(path).href)) as Record<string, unknown>;
  }
  const { createJiti } = await import('jiti');
  // No cache on disk: a configuration is small, and no files should be left behind.
  const jiti = createJiti(path, { fsCache: false });
  return jiti.import<Record<string, unknown>>(path);
}

/** Returns whether an import failed because a module could not be parsed. The message of such an error quotes the source. */
export function isSyntaxError(error: unknown): boolean {
  return error instanceof SyntaxError || (error instanceof Error && error.message.startsWith('ParseError'));
}

/** Returns whether an import failed because the package itself was not found, not one of its dependencies. */
export function isMissingPackage(specifier: string, error: unknown): boolean {
  // No `instanceof Error`: Jest's errors come from another realm. Node, Jest and bundlers quote the specifier; Yarn Plug'n'Play does not.
  const message = typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : '';
  return [`'${specifier}'`, `"${specifier}"`, `tried to access ${specifier} `].some((part) => message.includes(part));
}
