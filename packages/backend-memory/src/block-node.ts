import type { Node } from '@jsonjoy.com/fs-core';
import type { Blocks } from './blocks.js';
import type { FsCore } from './load.js';

/** An inode whose bytes lie in blocks. */
export interface BlockNode extends Node {
  /** Undefined once somebody has written to the file through the volume. */
  readonly blocks: Blocks | undefined;
}

/** The class of such inodes. */
export type BlockNodeClass = new (ino: number, mode: number, blocks: Blocks) => BlockNode;

/**
 * Derives an inode that reads from blocks. Blocks may be shared by copies of an object, so a write through the volume first makes the
 * file an ordinary one.
 */
export function defineBlockNode({ Node: Base }: FsCore): BlockNodeClass {
  return class extends Base {
    #blocks: Blocks | undefined;

    constructor(ino: number, mode: number, blocks: Blocks) {
      super(ino, mode);
      this.#blocks = blocks;
    }

    get blocks(): Blocks | undefined {
      return this.#blocks;
    }

    override getSize(): number {
      return this.#blocks?.size ?? super.getSize();
    }

    override getBuffer(): Buffer {
      return this.#blocks?.toBuffer() ?? super.getBuffer();
    }

    override read(target: ArrayBufferView, offset = 0, length = target.byteLength, position = 0): number {
      if (this.#blocks === undefined) return super.read(target, offset, length, position);
      const end = Math.min(offset + length, target.byteLength);
      return this.#blocks.copyTo(new Uint8Array(target.buffer, target.byteOffset + offset, end - offset), position);
    }

    override write(bytes: Buffer, offset?: number, length?: number, position?: number): number {
      this.#flatten();
      return super.write(bytes, offset, length, position);
    }

    override truncate(length?: number): void {
      this.#flatten();
      super.truncate(length);
    }

    override setBuffer(bytes: Buffer): void {
      this.#blocks = undefined;
      super.setBuffer(bytes);
    }

    override setString(text: string): void {
      this.setBuffer(Buffer.from(text));
    }

    #flatten(): void {
      if (this.#blocks !== undefined) this.setBuffer(this.#blocks.toBuffer());
    }
  };
}
