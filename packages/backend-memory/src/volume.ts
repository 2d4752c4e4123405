import type { Link, Node, Superblock } from '@jsonjoy.com/fs-core';
import { defineBlockNode } from './block-node.js';
import type { BlockNodeClass } from './block-node.js';
import type { Content } from './content.js';
import { loadFsCore, loadMemfs } from './load.cjs';
import type { MemoryVolume } from './memory-volume.js';

/** Where bodies are that can't be files under their own name. No bucket may be called so. */
const overflow = '.anybucket';

// The volume looks the same on every system, and its relative paths begin at the root.
const surroundings = { cwd: () => '/', platform: 'linux', emitWarning: () => {}, env: {} };

// Sizes and ETags are kept elsewhere: who writes to a file through the volume gets EACCES.
const fileMode = 0o444;
const folderMode = 0o555;

/** The file of a body. */
export interface BodyFile {
  readonly link: Link;
  /** The file's own bytes. Another body is another inode with other bytes, so whoever reads keeps what it began with. */
  readonly content: Content;
}

/**
 * Bodies as files of a memfs volume: `/<bucket>/<key>`. It works on links and inodes, which is memfs without the parsing and walking of
 * paths: a third of the time, and on Windows the same names.
 */
export class BodyVolume {
  readonly #core: Superblock;
  readonly #BlockNode: BlockNodeClass;
  #volume: MemoryVolume | undefined;
  #time = new Date(0);

  constructor(buckets: Iterable<string>) {
    const fsCore = loadFsCore();
    this.#core = new fsCore.Superblock({ process: surroundings });
    this.#BlockNode = defineBlockNode(fsCore);
    for (const bucket of buckets) this.addBucket(bucket);
  }

  /** The same files by the API of `node:fs`. */
  get volume(): MemoryVolume {
    this.#volume ??= createVolume(this.#core);
    return this.#volume;
  }

  addBucket(bucket: string): void {
    this.#folder(this.#core.root, bucket);
  }

  /** @param bucket one without files. */
  removeBucket(bucket: string): void {
    const folder = this.#core.root.children.get(bucket);
    if (folder !== undefined) this.#unlink(folder);
  }

  /** Makes the file of a new object. @param content is copied unless it lies in blocks. @param time becomes the file's times. */
  create(bucket: string, key: string, content: Content, time: number): BodyFile {
    const [folder, name] = this.#place(bucket, key) ?? [
      this.#folder(this.#folder(this.#core.root, overflow), bucket),
      encodeURIComponent(key),
    ];
    const link = this.#core.createLink(folder, name, false, fileMode);
    return { link, content: this.#fill(link, content, time) };
  }

  /** Gives a file another body. */
  replace({ link }: BodyFile, content: Content, time: number): BodyFile {
    const { mode } = link.getNode();
    this.#core.deleteNode(link.getNode());
    link.setNode(this.#core.createNode(mode));
    return { link, content: this.#fill(link, content, time) };
  }

  /** Removes a file, and the folders that are empty then. */
  remove({ link }: BodyFile): void {
    let folder = link.parent;
    this.#unlink(link);
    while (folder !== undefined && folder.length === 0 && !this.#isBucket(folder)) {
      const parent: Link | undefined = folder.parent;
      this.#unlink(folder);
      folder = parent;
    }
  }

  /** The folder and name for a key; undefined where it can't be a file under its own name. */
  #place(bucket: string, key: string): [folder: Link, name: string] | undefined {
    const segments = key.split('/');
    const name = segments.pop();
    if (name === undefined || name === '') return undefined;
    let folder = this.#folder(this.#core.root, bucket);
    for (const segment of segments) {
      const child = folder.children.get(segment);
      // Once a folder is missing, nothing below can be in the way: none is made in vain.
      if (child?.getNode().isFile() === true) return undefined;
      folder = child ?? this.#folder(folder, segment);
    }
    return folder.children.has(name) ? undefined : [folder, name];
  }

  #folder(parent: Link, name: string): Link {
    return parent.children.get(name) ?? this.#core.createLink(parent, name, true, folderMode);
  }

  /** Fills the new inode of a link. @returns the bytes that it has then. */
  #fill(link: Link, content: Content, time: number): Content {
    let node = link.getNode();
    if (content instanceof Uint8Array) {
      node.setBuffer(Buffer.isBuffer(content) ? content : Buffer.from(content.buffer, content.byteOffset, content.byteLength));
    } else {
      node = new this.#BlockNode(node.ino, node.mode, content);
      this.#core.inodes[node.ino] = node;
      link.setNode(node);
    }
    this.#stamp(node, time);
    return content instanceof Uint8Array ? node.buf : content;
  }

  #stamp(node: Node, time: number): void {
    // One Date for all files of a second saves almost a third of a small file's memory.
    if (this.#time.getTime() !== time) this.#time = new Date(time);
    node.btime = this.#time;
    node.atime = this.#time;
    // memfs sets `ctime` beside `mtime`, so it comes last.
    node.mtime = this.#time;
    node.ctime = this.#time;
  }

  #unlink(link: Link): void {
    this.#core.deleteLink(link);
    this.#core.deleteNode(link.getNode());
  }

  #isBucket(folder: Link): boolean {
    return folder.parent === this.#core.root && folder.name !== overflow;
  }
}

function createVolume(core: Superblock): MemoryVolume {
  const volume: unknown = new (loadMemfs().Volume)(core);
  // memfs declares the methods of node:fs anew, with looser results.
  return volume as MemoryVolume;
}
