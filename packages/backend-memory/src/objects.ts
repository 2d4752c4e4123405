import type sortedBtree from 'sorted-btree';
import { compareKeys, pageOfKeys } from '@anybucket/core/backend';
import type { PageRequest, SortedKeys } from '@anybucket/core/backend';
import type { CommonPrefix } from '@anybucket/core';
import { loadSortedBtree } from './load.cjs';
import type { StoredRecord } from './stored-record.js';

type KeyTree = InstanceType<typeof sortedBtree.default<string, undefined>>;

/** The objects of one bucket: found by key through a hash, listed in key order through a tree of the keys alone. */
export class Objects {
  readonly #byKey = new Map<string, StoredRecord>();
  readonly #keys: KeyTree;

  constructor() {
    const { default: BTree } = loadSortedBtree();
    this.#keys = new BTree<string, undefined>(undefined, compareKeys);
  }

  /** Their number. */
  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): StoredRecord | undefined {
    return this.#byKey.get(key);
  }

  /** Adds an object, or puts it in the place of the one with its key. */
  set(object: StoredRecord): void {
    if (!this.#byKey.has(object.key)) this.#keys.set(object.key, undefined);
    this.#byKey.set(object.key, object);
  }

  delete(key: string): void {
    if (this.#byKey.delete(key)) this.#keys.delete(key);
  }

  /** All, in key order. Nothing may be added or removed meanwhile. */
  *values(): Generator<StoredRecord, void, undefined> {
    for (const key of this.#keys.keys()) {
      const object = this.#byKey.get(key);
      if (object !== undefined) yield object;
    }
  }

  /** One page of objects and common prefixes, in key order. */
  page(request: PageRequest): { readonly entries: (StoredRecord | CommonPrefix)[]; readonly truncated: boolean } {
    const { entries, truncated } = pageOfKeys(new KeyCursor(this.#keys), request);
    const found = entries.map((entry) => (typeof entry === 'string' ? this.#byKey.get(entry) : entry));
    return { entries: found.filter((entry) => entry !== undefined), truncated };
  }
}

/** Reads keys from a tree that doesn't change meanwhile. */
class KeyCursor implements SortedKeys {
  readonly #tree: KeyTree;
  #keys: Iterator<string, undefined> | undefined;
  #last: string | undefined;

  constructor(tree: KeyTree) {
    this.#tree = tree;
  }

  seek(from: string, exclusive: boolean): string | undefined {
    // The next key is one step away; anything else is a descent from the root.
    if (!exclusive || from !== this.#last) this.#keys = this.#tree.keys(from);
    this.#step();
    if (exclusive && this.#last === from) this.#step();
    return this.#last;
  }

  #step(): void {
    this.#last = this.#keys?.next().value;
  }
}
