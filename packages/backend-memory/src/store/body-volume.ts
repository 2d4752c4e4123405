import type { Link, Node, Superblock } from '@jsonjoy.com/fs-core';
import { loadDiffAgainst, loadFsCore, loadMemfs } from '../load.cjs';
import type { FsCore } from '../load.cjs';
import { asBuffer } from './content.js';
import type { ChunkedContent, Content } from './content.js';
import type { MemoryVolume } from './memory-volume.js';
import { latestVersion } from './object-index.js';
import type { FrozenIndex, History, ObjectIndex } from './object-index.js';
import type { StoredRecord } from './stored-entry.js';
import type { Store } from './store.js';

/** The folder of keys that cannot be file names. It is not a valid bucket name. */
const overflowFolder = '.anybucket';

/** Matches a key with a segment that is empty, `.` or `..`, or with NUL. */
const unusableInPaths = /(?:^|\/)\.{0,2}(?:$|\/)|\0/;

// The volume is the same on every platform, and relative paths start at its root.
const volumeProcess = { cwd: () => '/', platform: 'linux', emitWarning: () => {}, env: {} };

// Writes through the volume fail with EACCES, because they would not update sizes and ETags.
const fileMode = 0o444;
const folderMode = 0o555;

type BlockNodeClass = new (ino: number, mode: number, content: ChunkedContent) => Node;

/** Returns the class of inodes with their content in blocks. Files are never written through the volume, so it only implements reading. */
function defineBlockNode({ Node: Base }: FsCore): BlockNodeClass {
  return class extends Base {
    readonly #content: ChunkedContent;

    constructor(ino: number, mode: number, content: ChunkedContent) {
      super(ino, mode);
      this.#content = content;
    }

    override getSize(): number {
      return this.#content.size;
    }

    override getBuffer(): Buffer {
      return this.#content.toBuffer();
    }

    override read(target: ArrayBufferView, offset = 0, length = target.byteLength, position = 0): number {
      const end = Math.min(offset + length, target.byteLength);
      return this.#content.copyTo(new Uint8Array(target.buffer, target.byteOffset + offset, end - offset), position);
    }
  };
}

/** The fields of a `Node` that hold its content; two are declared as private. */
interface ContentFields {
  buf: Buffer;
  capacity: number;
  size: number;
}

/** The state of a bucket that the volume shows. */
interface ShownBucket {
  readonly index: ObjectIndex;
  readonly changes: number;
  readonly objects: FrozenIndex;
  readonly links: Map<string, Link>;
}

/**
 * Shows the latest versions of objects as files of a memfs volume, `/<bucket>/<key>`. Files are created and removed when the volume is used,
 * for the objects that changed since its last use. It works on the links and inodes of memfs, below its path resolution: that takes a third
 * of the time, and the names are the same on Windows.
 */
export class BodyVolume {
  readonly volume: MemoryVolume;
  readonly #store: Store;
  readonly #core: Superblock;
  readonly #root: Link;
  readonly #BlockNode: BlockNodeClass;
  readonly #shown = new Map<string, ShownBucket>();
  #time = new Date(0);

  constructor(store: Store) {
    const fsCore = loadFsCore();
    this.#store = store;
    this.#core = new fsCore.Superblock({ process: volumeProcess });
    this.#root = this.#core.root;
    this.#BlockNode = defineBlockNode(fsCore);
    // Every path is resolved from the root.
    Object.defineProperty(this.#core, 'root', {
      get: () => {
        this.#update();
        return this.#root;
      },
    });
    this.volume = new (loadMemfs().Volume)(this.#core) as unknown as MemoryVolume;
  }

  /** Makes the files those of the current objects. */
  #update(): void {
    const buckets = this.#store.buckets();
    for (const [name, shown] of this.#shown) {
      if (buckets.has(name)) continue;
      for (const link of shown.links.values()) this.#remove(link);
      const folder = this.#root.children.get(name);
      if (folder !== undefined) this.#unlink(folder);
      this.#shown.delete(name);
    }
    for (const [name, { objects }] of buckets) {
      const shown = this.#shown.get(name);
      if (shown?.index !== objects || shown.changes !== objects.changes) this.#updateBucket(name, objects, shown);
    }
  }

  #updateBucket(bucket: string, index: ObjectIndex, shown: ShownBucket | undefined): void {
    this.#folder(this.#root, bucket);
    const links = shown?.links ?? new Map<string, Link>();
    const objects = index.freeze();
    const set = (key: string, history: History): void => this.#set(bucket, key, latestVersion(history), links);
    if (shown === undefined) for (const [key, history] of objects.tree.entries()) set(key, history);
    else {
      const { default: diffAgainst } = loadDiffAgainst();
      const removed: string[] = [];
      const changed: [string, History][] = [];
      const add = (key: string, history: History): void => void changed.push([key, history]);
      // Both are trees of sorted-btree, which SortedTree describes in part.
      diffAgainst<string, History, void>(
        shown.objects.tree as never,
        objects.tree as never,
        (key) => void removed.push(key),
        add,
        (key, _old, history) => add(key, history),
      );
      for (const key of removed) this.#set(bucket, key, undefined, links);
      for (const [key, history] of changed) set(key, history);
    }
    this.#shown.set(bucket, { index, changes: index.changes, objects, links });
  }

  /** Makes the file of a key that of an object, or removes it. */
  #set(bucket: string, key: string, object: StoredRecord | undefined, links: Map<string, Link>): void {
    const current = links.get(key);
    if (object === undefined) {
      if (current !== undefined) this.#remove(current);
      links.delete(key);
      return;
    }
    const link = current ?? this.#createLink(bucket, key);
    // An overwrite creates a new inode, so that open files keep their content.
    if (current !== undefined) {
      const { mode } = link.getNode();
      this.#core.deleteNode(link.getNode());
      link.setNode(this.#core.createNode(mode));
    }
    this.#fill(link, object.content, object.lastModified);
    links.set(key, link);
  }

  #createLink(bucket: string, key: string): Link {
    const [folder, name] = this.#location(bucket, key) ?? [this.#folder(this.#folder(this.#root, overflowFolder), bucket), toFileName(key)];
    return this.#core.createLink(folder, name, false, fileMode);
  }

  /** Removes a file and the folders that become empty. */
  #remove(link: Link): void {
    let folder = link.parent;
    this.#unlink(link);
    while (folder !== undefined && folder.length === 0 && !this.#isBucket(folder)) {
      const parent: Link | undefined = folder.parent;
      this.#unlink(folder);
      folder = parent;
    }
  }

  /** Returns the folder and the file name of a key, or undefined if the key cannot be a file name. */
  #location(bucket: string, key: string): [folder: Link, name: string] | undefined {
    if (unusableInPaths.test(key)) return undefined;
    const segments = key.split('/');
    const name = segments.pop() ?? '';
    let folder = this.#folder(this.#root, bucket);
    for (const segment of segments) {
      const child = folder.children.get(segment);
      // There can be no conflict below a missing folder, so no folder is created in vain.
      if (child?.getNode().isFile() === true) return undefined;
      folder = child ?? this.#folder(folder, segment);
    }
    return folder.children.has(name) ? undefined : [folder, name];
  }

  #folder(parent: Link, name: string): Link {
    return parent.children.get(name) ?? this.#core.createLink(parent, name, true, folderMode);
  }

  /** Stores content in the new inode of a link. */
  #fill(link: Link, content: Content, time: number): void {
    let node = link.getNode();
    if (content instanceof Uint8Array) {
      // Not `setBuffer`, which copies.
      const fields = node as unknown as ContentFields;
      fields.buf = asBuffer(content);
      fields.capacity = content.byteLength;
      fields.size = content.byteLength;
    } else {
      node = new this.#BlockNode(node.ino, node.mode, content);
      this.#core.inodes[node.ino] = node;
      link.setNode(node);
    }
    this.#setTimes(node, time);
  }

  #setTimes(node: Node, time: number): void {
    // One Date per second saves almost a third of the memory of a small file.
    if (this.#time.getTime() !== time) this.#time = new Date(time);
    node.btime = this.#time;
    node.atime = this.#time;
    // Setting `mtime` also sets `ctime`, so `ctime` is last.
    node.mtime = this.#time;
    node.ctime = this.#time;
  }

  #unlink(link: Link): void {
    this.#core.deleteLink(link);
    this.#core.deleteNode(link.getNode());
  }

  #isBucket(folder: Link): boolean {
    return folder.parent === this.#root && folder.name !== overflowFolder;
  }
}

/** Returns a key as one segment of a path. */
function toFileName(key: string): string {
  return encodeURIComponent(key).replace(/^\.{1,2}$/, (dots) => dots.replaceAll('.', '%2E'));
}
