import type { Link, Node, Superblock } from '@jsonjoy.com/fs-core';
import type { Volume } from 'memfs';
import { defineBlockNode } from './block-node.js';
import type { BlockNodeClass } from './block-node.js';
import type { Blocks } from './blocks.js';
import { loadFsCore, loadMemfs } from './load.js';

/** Where bodies are that can't be files under their own name. No bucket may be called so. */
const overflow = '.anybucket';

// The volume looks the same on every system, and its relative paths begin at the root.
const surroundings = { cwd: () => '/', platform: 'linux', emitWarning: () => {}, env: {} };

/** The file of a body. Its inode is never written to: another body gets another inode, so whoever reads keeps what it began with. */
export interface BodyFile {
  readonly link: Link;
  readonly node: Node;
}

/** What a file is made of; copied unless it lies in blocks. */
export type Content = Uint8Array | Blocks;

/**
 * Bodies as files of a memfs volume: `/<bucket>/<key>`. It works on links and inodes, which is memfs without the parsing and walking of
 * paths: a third of the time, and on Windows the same names.
 */
export class BodyVolume {
  readonly #core: Superblock;
  readonly #BlockNode: BlockNodeClass;
  #volume: Volume | undefined;
  #time = new Date(0);

  constructor(buckets: Iterable<string>) {
    const fsCore = loadFsCore();
    this.#core = new fsCore.Superblock({ process: surroundings });
    this.#BlockNode = defineBlockNode(fsCore);
    for (const bucket of buckets) this.addBucket(bucket);
  }

  /** The same files by the API of `node:fs`. */
  get volume(): Volume {
    this.#volume ??= new (loadMemfs().Volume)(this.#core);
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

  /** Makes the file of a new object. @param time becomes the file's times. */
  create(bucket: string, key: string, content: Content, time: number): BodyFile {
    const [folder, name] = this.#place(bucket, key) ?? [
      this.#folder(this.#folder(this.#core.root, overflow), bucket),
      encodeURIComponent(key),
    ];
    const link = this.#core.createLink(folder, name);
    return { link, node: this.#fill(link, link.getNode(), content, time) };
  }

  /** Gives a file another body. */
  replace({ link, node }: BodyFile, content: Content, time: number): BodyFile {
    this.#core.deleteNode(node);
    return { link, node: this.#fill(link, this.#core.createNode(node.mode), content, time) };
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

  /** The body of a file, to make another of it. */
  content({ node }: BodyFile): Content {
    return (node instanceof this.#BlockNode ? node.blocks : undefined) ?? node.getBuffer();
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
    return parent.children.get(name) ?? this.#core.createLink(parent, name, true);
  }

  #fill(link: Link, made: Node, content: Content, time: number): Node {
    let node = made;
    if (content instanceof Uint8Array) {
      node.setBuffer(Buffer.isBuffer(content) ? content : Buffer.from(content.buffer, content.byteOffset, content.byteLength));
    } else {
      node = new this.#BlockNode(made.ino, made.mode, content);
      this.#core.inodes[made.ino] = node;
    }
    link.setNode(node);
    // One Date for all files of a second saves almost a third of a small file's memory.
    if (this.#time.getTime() !== time) this.#time = new Date(time);
    node.btime = this.#time;
    node.atime = this.#time;
    // memfs sets `ctime` beside `mtime`, so it comes last.
    node.mtime = this.#time;
    node.ctime = this.#time;
    return node;
  }

  #unlink(link: Link): void {
    this.#core.deleteLink(link);
    this.#core.deleteNode(link.getNode());
  }

  #isBucket(folder: Link): boolean {
    const { root } = this.#core;
    return folder === root || (folder.parent === root && folder.name !== overflow);
  }
}
