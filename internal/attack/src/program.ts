/** Returns the built program of a process, also when the caller runs from the sources, as in tests. */
export function program(name: string): URL {
  return new URL(`../dist/${name}.js`, import.meta.url);
}
