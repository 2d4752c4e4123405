/** Types for the functions of the package that are used here. It has none of its own. */
declare module 'fs-native-extensions' {
  /** Locks a byte range of an open file exclusively. Returns false when another open file holds it. The kernel releases it with the process. */
  export function tryLock(fd: number, offset: number, length: number): boolean;
  export function unlock(fd: number, offset: number, length: number): void;
}
