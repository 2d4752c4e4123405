/** The function that is used here; the package has no types. */
declare module 'fs-native-extensions' {
  /** Exchanges two paths in one step. */
  export function swap(from: string, to: string): Promise<void>;
}
