import { Node, Superblock } from '@jsonjoy.com/fs-core';
import type { Link } from '@jsonjoy.com/fs-core';
import { loadMemfs } from '../load.cjs';
import type { BlockBuffer, Content } from './content.js';
import type { MemoryVolume } from './memory-volume.js';

/** The folder of keys that cannot be file names. It is not a valid bucket name. */
const overflowFolder = '.anybucket';

// The volume is the same on every platform, and relative paths start at its root.
const volumeProcess = { cwd: () => '/', platform: 'linux', emitWarning: () => {}, env: {} };

// Writes through the volume fail with EACCES, because they would not update sizes and ETags.
const fileMode = 0o444;
const folderMode = 0o555;

/** The file of a body. */
export interface BodyFile {
  readonly link: Link;
  /** An overwrite creates a new inode with other content, so readers keep the content they started with. */
  readonly content: Content;
}

/** An inode with its content in blocks. Files are never written through the volume, so it only implements reading. */
class BlockNode extends Node {
  readonly #content: BlockBuffer;

  constructor(ino: number, mode: number, content: BlockBuffer) {
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
}

/**
 * Stores bodies as files of a memfs volume, `/<bucket>/<key>`. It works on the links and inodes of memfs, below its path resolution:
 * that takes a third of the time, and the names are the same on Windows.
 */
export class BodyVolume {
  readonly #core = new Superblock({ process: volumeProcess });
  #volume: MemoryVolume | undefined;
  #time = new Date(0);

  /** The file system, created at its first use. */
  get volume(): MemoryVolume {
    this.#volume ??= new (loadMemfs().Volume)(this.#core) as unknown as MemoryVolume;
    return this.#volume;
  }

  addBucket(bucket: string): void {
    this.#folder(this.#core.root, bucket);
  }

  /** The bucket must be empty. */
  removeBucket(bucket: string): void {
    const folder = this.#core.root.children.get(bucket);
    if (folder !== undefined) this.#unlink(folder);
  }

  /**
   * Creates the file of a new object.
   * @param content copied, unless it is a {@link BlockBuffer}.
   * @param time milliseconds since the epoch.
   */
  create(bucket: string, key: string, content: Content, time: number): BodyFile {
    const [folder, name] = this.#location(bucket, key) ?? [
      this.#folder(this.#folder(this.#core.root, overflowFolder), bucket),
      encodeURIComponent(key),
    ];
    const link = this.#core.createLink(folder, name, false, fileMode);
    return { link, content: this.#fill(link, content, time) };
  }

  /** Replaces the body of a file. The parameters are those of `create`. */
  replace({ link }: BodyFile, content: Content, time: number): BodyFile {
    const { mode } = link.getNode();
    this.#core.deleteNode(link.getNode());
    link.setNode(this.#core.createNode(mode));
    return { link, content: this.#fill(link, content, time) };
  }

  /** Removes a file and the folders that become empty. */
  remove({ link }: BodyFile): void {
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
    const segments = key.split('/');
    const name = segments.pop();
    if (name === undefined || name === '') return undefined;
    let folder = this.#folder(this.#core.root, bucket);
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

  /** Stores content in the new inode of a link. @returns the stored content. */
  #fill(link: Link, content: Content, time: number): Content {
    let node = link.getNode();
    if (content instanceof Uint8Array) {
      node.setBuffer(Buffer.isBuffer(content) ? content : Buffer.from(content.buffer, content.byteOffset, content.byteLength));
    } else {
      node = new BlockNode(node.ino, node.mode, content);
      this.#core.inodes[node.ino] = node;
      link.setNode(node);
    }
    this.#setTimes(node, time);
    return content instanceof Uint8Array ? node.buf : content;
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
    return folder.parent === this.#core.root && folder.name !== overflowFolder;
  }
}
