/** The part of the package that is used here; it has no types of its own. */
declare module 'fs-native-extensions' {
  /** Locks a range of an open file, exclusively; false when another open file has it. The lock ends with the process. */
  export function tryLock(fd: number, offset: number, length: number): boolean;
  export function unlock(fd: number, offset: number, length: number): void;
}
