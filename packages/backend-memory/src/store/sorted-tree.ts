/**
 * The part of a tree of `sorted-btree` that this package uses. Declarations that named its class instead would depend on how a program
 * imports default exports.
 */
export interface SortedTree<Key, Value> {
  readonly size: number;
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): boolean;
  delete(key: Key): boolean;
  /** Yields the entries from a key on. The second argument is an array that is reused for each. */
  entries(lowestKey?: Key, reusedArray?: (Key | Value)[]): IterableIterator<[Key, Value]>;
  values(firstKey?: Key): IterableIterator<Value>;
  /** Returns a copy in constant time, which later changes do not affect. */
  clone(): SortedTree<Key, Value>;
}
