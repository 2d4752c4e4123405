import type { Node } from '@jsonjoy.com/fs-core';
import type { Blocks } from './blocks.js';
import type { FsCore } from './load.cjs';

/** The class of inodes whose bytes lie in blocks. */
export type BlockNodeClass = new (ino: number, mode: number, blocks: Blocks) => Node;

/** Derives an inode that reads from blocks. No file is written to (see `BodyVolume`), so reading is all it has. */
export function defineBlockNode({ Node: Base }: FsCore): BlockNodeClass {
  return class extends Base {
    readonly #blocks: Blocks;

    constructor(ino: number, mode: number, blocks: Blocks) {
      super(ino, mode);
      this.#blocks = blocks;
    }

    override getSize(): number {
      return this.#blocks.size;
    }

    override getBuffer(): Buffer {
      return this.#blocks.toBuffer();
    }

    override read(target: ArrayBufferView, offset = 0, length = target.byteLength, position = 0): number {
      const end = Math.min(offset + length, target.byteLength);
      return this.#blocks.copyTo(new Uint8Array(target.buffer, target.byteOffset + offset, end - offset), position);
    }
  };
}
