import { StoreContents } from './store-contents.js';

/** A serializer for `expect.addSnapshotSerializer` of Vitest and Jest, which prints the result of `contentsOf`. */
export const snapshotSerializer = {
  test: (value: unknown): boolean => value instanceof StoreContents,
  serialize: (value: unknown): string => String(value),
};
