import sortedBtree from 'sorted-btree';
import { compareKeys, pageOfKeys } from '@anybucket/core/backend';
import type { ObjectRecord, PageRequest, SortedKeys } from '@anybucket/core/backend';
import type { CommonPrefix } from '@anybucket/core';
import type { BodyFile } from './body-volume.js';

// Node and most bundlers import the exports of a CommonJS module as its default; some test runners unwrap `exports.default`.
const BTree = 'default' in sortedBtree ? sortedBtree.default : sortedBtree;
type KeyTree = InstanceType<typeof BTree<string, undefined>>;

/** A stored object. Immutable: a change replaces it. */
export interface StoredRecord extends ObjectRecord {
  readonly key: string;
  readonly file: BodyFile;
  /** Milliseconds since the epoch, in whole seconds. */
  readonly lastModified: number;
}

/** The objects of one bucket: a hash map for lookups, and a tree of the keys for listings. */
export class ObjectIndex {
  readonly #byKey = new Map<string, StoredRecord>();
  readonly #keys: KeyTree = new BTree<string, undefined>(undefined, compareKeys);

  /** Number of objects. */
  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): StoredRecord | undefined {
    return this.#byKey.get(key);
  }

  /** Adds or replaces an object. */
  set(object: StoredRecord): void {
    if (!this.#byKey.has(object.key)) this.#keys.set(object.key, undefined);
    this.#byKey.set(object.key, object);
  }

  delete(key: string): void {
    if (this.#byKey.delete(key)) this.#keys.delete(key);
  }

  /** Yields all objects in key order. The index must not change meanwhile. */
  *values(): Generator<StoredRecord, void, undefined> {
    for (const key of this.#keys.keys()) {
      const object = this.#byKey.get(key);
      if (object !== undefined) yield object;
    }
  }

  /** Returns one page of objects and common prefixes, in key order. */
  page(request: PageRequest): { readonly entries: (StoredRecord | CommonPrefix)[]; readonly truncated: boolean } {
    const { entries, truncated } = pageOfKeys(new KeyCursor(this.#keys), request);
    const objects = entries.map((entry) => (typeof entry === 'string' ? this.#byKey.get(entry) : entry));
    return { entries: objects.filter((entry) => entry !== undefined), truncated };
  }
}

/** Reads keys from a tree, which must not change meanwhile. */
class KeyCursor implements SortedKeys {
  readonly #tree: KeyTree;
  #keys: Iterator<string, undefined> | undefined;
  #current: string | undefined;

  constructor(tree: KeyTree) {
    this.#tree = tree;
  }

  seek(from: string, exclusive: boolean): string | undefined {
    // Continuing after the current key takes one step; every other seek descends from the root.
    if (!exclusive || from !== this.#current) this.#keys = this.#tree.keys(from);
    this.#step();
    if (exclusive && this.#current === from) this.#step();
    return this.#current;
  }

  #step(): void {
    this.#current = this.#keys?.next().value;
  }
}
