import { compareKeys, isVersion, pageOfKeys, pageOfVersions, toObjectVersion } from '@anybucket/core/backend';
import type { DriverVersionsPage, PageRequest, SortedKeys, ListVersionsCall } from '@anybucket/core/backend';
import type { CommonPrefix } from '@anybucket/core';
import { loadSortedBtree } from '../load.cjs';
import type { SortedTree } from './sorted-tree.js';
import type { StoredEntry, StoredRecord } from './stored-entry.js';

type HistoryTree = SortedTree<string, History>;

/** The entries of a key. The latest one has a field of its own: most reads need no other, and most keys have no other. */
export interface History {
  readonly latest: StoredEntry;
  /** From newest to oldest. */
  readonly older: readonly StoredEntry[];
}

/** A history that an index may change in place, because no copy of the index has it. */
class OwnHistory implements History {
  latest: StoredEntry;
  older: readonly StoredEntry[];
  /** The index, before or after a copy of it was made. */
  readonly owner: object;

  constructor({ latest, older }: History, owner: object) {
    this.latest = latest;
    this.older = older;
    this.owner = owner;
  }
}

/** A state of an index that never changes. */
export interface FrozenIndex {
  readonly tree: HistoryTree;
}

const noEntries: readonly StoredEntry[] = [];

/**
 * The histories of the keys of one bucket: a persistent tree, of which a copy takes constant time, and a hash map of it for lookups.
 */
export class ObjectIndex {
  readonly #tree: HistoryTree;
  readonly #byKey = new Map<string, History>();
  /** Whether the hash map has all keys of the tree. */
  readonly #isMapComplete: boolean;
  #owner = {};
  #changes = 0;

  /** @param state the initial contents. */
  constructor(state?: FrozenIndex) {
    const { default: BTree } = loadSortedBtree();
    this.#tree = state === undefined ? new BTree<string, History>(undefined, compareKeys) : state.tree.clone();
    this.#isMapComplete = state === undefined;
  }

  /** Number of keys with at least one version or delete marker. */
  get size(): number {
    return this.#tree.size;
  }

  /** Increases with every change. */
  get changes(): number {
    return this.#changes;
  }

  /** Returns the current state in constant time. */
  freeze(): FrozenIndex {
    this.#owner = {};
    return { tree: this.#tree.clone() };
  }

  /** Returns the latest version of a key; undefined if there is none, or it is a delete marker. */
  get(key: string): StoredRecord | undefined {
    return latestVersion(this.#find(key));
  }

  /** Returns the entries of a key from newest to oldest. */
  history(key: string): readonly StoredEntry[] {
    return entriesOf(this.#find(key));
  }

  /** Adds the latest entry of a key. @param removed an entry that it replaces. */
  add(entry: StoredEntry, removed?: StoredEntry): void {
    const { key } = entry;
    this.#changes++;
    const known = this.#find(key);
    if (known === undefined) {
      this.#store(key, new OwnHistory({ latest: entry, older: noEntries }, this.#owner));
      return;
    }
    const history = this.#own(key, known);
    if (removed === undefined) history.older = entriesOf(history);
    else if (removed !== history.latest) history.older = entriesOf(history).filter((older) => older !== removed);
    history.latest = entry;
  }

  /** Replaces an entry at its position. */
  replace(entry: StoredEntry, replacement: StoredEntry): void {
    this.#change(entry.key, (entries) => entries.map((other) => (other === entry ? replacement : other)));
  }

  /** Removes an entry. */
  remove(entry: StoredEntry): void {
    this.#change(entry.key, (entries) => entries.filter((other) => other !== entry));
  }

  /** Yields all histories in key order. The index must not change meanwhile. */
  histories(): IterableIterator<History> {
    return this.#tree.values();
  }

  /** Returns one page of latest versions and common prefixes, in key order. */
  page(request: PageRequest): { readonly entries: (StoredRecord | CommonPrefix)[]; readonly truncated: boolean } {
    const { entries, truncated } = pageOfKeys(new KeyCursor(this.#tree, false), request);
    const objects: (StoredRecord | CommonPrefix)[] = [];
    for (const entry of entries) {
      const object = typeof entry === 'string' ? this.get(entry) : entry;
      if (object !== undefined) objects.push(object);
    }
    return { entries: objects, truncated };
  }

  /** Returns one page of versions, delete markers and common prefixes, in key order. */
  versionPage(request: ListVersionsCall): DriverVersionsPage {
    const page = pageOfVersions<StoredEntry>(new KeyCursor(this.#tree, true), request);
    let step = page.next();
    while (step.done !== true) step = page.next(this.history(step.value));
    const { entries, truncated } = step.value;
    return { entries: entries.map((entry) => (entry.isPrefix === true ? entry : toObjectVersion(entry, request.details))), truncated };
  }

  #find(key: string): History | undefined {
    const known = this.#byKey.get(key);
    if (known !== undefined || this.#isMapComplete) return known;
    const history = this.#tree.get(key);
    if (history !== undefined) this.#byKey.set(key, history);
    return history;
  }

  #store(key: string, history: History): void {
    this.#byKey.set(key, history);
    this.#tree.set(key, history);
  }

  /** Replaces the entries of an existing key. Without entries, the key is removed. */
  #change(key: string, change: (entries: readonly StoredEntry[]) => readonly StoredEntry[]): void {
    const history = this.#find(key);
    if (history === undefined) return;
    this.#changes++;
    const [latest, ...older] = change(entriesOf(history));
    if (latest === undefined) {
      this.#byKey.delete(key);
      this.#tree.delete(key);
    } else Object.assign(this.#own(key, history), { latest, older });
  }

  /** Returns the history of a key for a change. Copies it first if it is part of a frozen state. */
  #own(key: string, history: History): OwnHistory {
    if (history instanceof OwnHistory && history.owner === this.#owner) return history;
    const own = new OwnHistory(history, this.#owner);
    this.#store(key, own);
    return own;
  }
}

/** Returns the entries of a history from newest to oldest. */
export function entriesOf(history: History | undefined): readonly StoredEntry[] {
  return history === undefined ? noEntries : [history.latest, ...history.older];
}

/** Returns the latest version of a history; undefined if it is a delete marker. */
export function latestVersion(history: History | undefined): StoredRecord | undefined {
  const latest = history?.latest;
  return latest !== undefined && isVersion(latest) ? latest : undefined;
}

/** Reads keys from a tree, which must not change meanwhile. */
class KeyCursor implements SortedKeys {
  readonly #tree: HistoryTree;
  readonly #includesDeleted: boolean;
  #pairs: Iterator<[string, History], undefined> | undefined;
  #current: string | undefined;

  /** @param includesDeleted whether to include keys whose latest entry is a delete marker. */
  constructor(tree: HistoryTree, includesDeleted: boolean) {
    this.#tree = tree;
    this.#includesDeleted = includesDeleted;
  }

  seek(from: string, exclusive: boolean): string | undefined {
    // Continuing after the current key takes one step; every other seek descends from the root.
    if (!exclusive || from !== this.#current) this.#pairs = this.#tree.entries(from, []);
    this.#step();
    if (exclusive && this.#current === from) this.#step();
    return this.#current;
  }

  #step(): void {
    for (;;) {
      const pair = this.#pairs?.next().value;
      this.#current = pair?.[0];
      if (pair === undefined || this.#includesDeleted || pair[1].latest.isDeleteMarker !== true) return;
    }
  }
}
