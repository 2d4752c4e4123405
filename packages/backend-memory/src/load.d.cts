/** The inodes and links of memfs, without the Node API around them. */
export type FsCore = typeof import('@jsonjoy.com/fs-core');
/** The Node API of memfs. */
export type Memfs = typeof import('memfs');
/** A sorted tree. */
export type SortedBtree = typeof import('sorted-btree');
/** The differences between two sorted trees. */
export type DiffAgainst = typeof import('sorted-btree/extended/diffAgainst.js');

/** Loads the key index of a bucket. */
export function loadSortedBtree(): SortedBtree;
/** Loads the comparison of key indexes, for the volume. */
export function loadDiffAgainst(): DiffAgainst;
/** Loads the file tree of the volume. */
export function loadFsCore(): FsCore;
/** Loads the Node API over the file tree. */
export function loadMemfs(): Memfs;
