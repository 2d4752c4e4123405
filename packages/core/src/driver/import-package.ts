import { closeSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { devNull } from 'node:os';
import { isOutOfDescriptors } from '../operations/to-storage-error.js';

/** More than importing a package opens at a time: other calls may open files meanwhile. */
const spareDescriptors = 16;
const imported = new Map<string, unknown>();

/**
 * Imports a package on demand, so that a process that has too many open files at that moment can import it later. By itself, Node never
 * repeats an import that has failed once.
 *
 * @param importLiteral imports the package by a literal, which bundlers resolve. For an optional package, within `try` (see {@link rethrow}).
 * @param from the URL of the calling module.
 * @throws the system error if too many files are open.
 */
export async function importPackage<Module>(specifier: string, importLiteral: () => Promise<Module>, from: string): Promise<Module> {
  return importOnDemand(specifier, async () => {
    try {
      return await importLiteral();
    } catch (error) {
      if (!isOutOfDescriptors(error)) throw error;
      // Other calls took the descriptors, now or at an earlier attempt.
      return createRequire(from)(specifier) as Module;
    }
  });
}

/** Rethrows the error of an import. An `import()` must be within `try`, or bundlers require the package to be installed. */
export function rethrow(error: unknown): never {
  throw error;
}

/**
 * Imports a module of this package, or one that is bundled with it.
 *
 * @param name a unique name.
 * @throws the system error if too many files are open.
 */
export async function importOnDemand<Module>(name: string, importModule: () => Promise<Module>): Promise<Module> {
  const known = imported.get(name);
  if (known !== undefined) return known as Module;
  requireDescriptors();
  const module = await importModule();
  imported.set(name, module);
  return module;
}

/**
 * Must be called before anything is imported on demand. Without descriptors, Node takes a package for missing, or an ES module for CommonJS,
 * and never looks at it again.
 * @throws the system error if too many files are open.
 */
export function requireDescriptors(): void {
  const descriptors: number[] = [];
  try {
    while (descriptors.length < spareDescriptors) descriptors.push(openSync(devNull, 'r'));
  } catch (error) {
    if (isOutOfDescriptors(error)) throw error;
  } finally {
    for (const descriptor of descriptors) closeSync(descriptor);
  }
}
