import { StorageError } from '@anybucket/core/backend';
import { descriptorLimit } from './descriptor-limit.js';
import type { FileCalls } from './file-calls.js';
import { Semaphore } from './semaphore.js';

/** How many files of the pool are open at once. The rest of the limit is for sockets, other packages, and files that are open for one call. */
function maxOpen(): number {
  return Math.min(1024, Math.max(8, Math.floor(descriptorLimit() / 4)));
}

/** Fewer than {@link maxOpen}, so that there is always an idle file to close. */
const transfers = new Semaphore(() => Math.ceil(maxOpen() / 2));

/** The open files that are not in use, the least recently used first. */
const idle = new Set<PooledFile>();
let openCount = 0;

/**
 * A file that stays open across turns of the event loop. As many as the process may open exist at once: the pool closes those that were not used
 * for longest, and opens them again when they are used. No file waits for another one to be closed, so there is no deadlock, whoever reads or
 * writes whatever.
 */
export class PooledFile {
  readonly #calls: FileCalls;
  readonly #reopen: () => number | undefined;
  #fd: number | undefined;
  #isBusy = false;
  #isClosed = false;

  /**
   * @param fd An open file, which belongs to the pool from now on.
   * @param reopen Opens the file again. Returns undefined when the path leads to another file by now.
   */
  constructor(calls: FileCalls, fd: number, reopen: () => number | undefined) {
    this.#calls = calls;
    this.#reopen = reopen;
    if (openCount >= maxOpen() && !closeOneIdle()) {
      calls.closeSync(fd);
      return;
    }
    this.#fd = fd;
    openCount++;
    idle.add(this);
  }

  /**
   * Runs an action with the open file.
   * @throws `TooManyOpenFiles` when the file was closed for others, and has been replaced or removed meanwhile.
   */
  async use<T>(action: (fd: number) => Promise<T>): Promise<T> {
    return transfers.run(async () => {
      const fd = this.#open();
      try {
        return await action(fd);
      } finally {
        this.#isBusy = false;
        if (this.#isClosed) this.close();
        else idle.add(this);
      }
    });
  }

  /** Closes the file, after the action that uses it. */
  close(): void {
    this.#isClosed = true;
    if (this.#fd === undefined || this.#isBusy) return;
    idle.delete(this);
    this.#calls.closeSync(this.#fd);
    this.#fd = undefined;
    openCount--;
  }

  /** Closes the file until it is used again. */
  suspend(): void {
    this.close();
    this.#isClosed = false;
  }

  #open(): number {
    idle.delete(this);
    if (this.#fd === undefined) {
      while (openCount >= maxOpen() && closeOneIdle());
      this.#fd = this.#reopen();
      if (this.#fd === undefined) throw replaced();
      openCount++;
    }
    this.#isBusy = true;
    return this.#fd;
  }
}

/** Closes all files that are not in use. @returns False when there are none. */
export function closeIdleFiles(): boolean {
  let closed = false;
  while (closeOneIdle()) closed = true;
  return closed;
}

function closeOneIdle(): boolean {
  const [oldest] = idle;
  oldest?.suspend();
  return oldest !== undefined;
}

function replaced(): StorageError {
  return new StorageError({
    code: 'TooManyOpenFiles',
    message: 'the object was overwritten or deleted before its body was read, and too many bodies are open to keep its file open',
    retryable: true,
  });
}
