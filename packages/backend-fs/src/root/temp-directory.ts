import { randomBytes } from 'node:crypto';
import { look, unlessGone } from '../system/file-calls.js';
import type { FileCalls } from '../system/file-calls.js';
import type { HeldFile, Locks } from '../locking/locks.js';

const lockName = 'lock';

/** This process's own folder for files that are not yet, or no longer, part of an object. It is swept when the process has died. */
export class TempFolder {
  readonly path: string;
  readonly #calls: FileCalls;
  readonly #held: HeldFile | undefined;
  #count = 0;

  /** Makes the folder. Under the root's lock: until it is held, a sweep would take it for a dead process's. */
  constructor(calls: FileCalls, locks: Locks, parent: string) {
    this.#calls = calls;
    this.path = `${parent}/${randomBytes(6).toString('hex')}`;
    calls.mkdirSync(this.path);
    this.#held = locks.hold(`${this.path}/${lockName}`);
  }

  /** A path for a new file. */
  next(): string {
    return `${this.path}/${this.#count++}`;
  }

  /** Removes the folder. Under the root's lock, as a sweep does. */
  close(): void {
    this.#held?.release();
    removeFolder(this.#calls, this.path);
  }
}

/** Removes the folders of processes that have died. Under the root's lock. */
export function sweepTempFolders(calls: FileCalls, locks: Locks, parent: string): void {
  for (const name of calls.readdirSync(parent)) {
    const path = `${parent}/${name}`;
    if (look(calls, path)?.isDirectory() !== true) continue;
    const held = locks.hold(`${path}/${lockName}`);
    if (held === undefined) continue;
    // Windows removes no file that is open.
    held.release();
    removeFolder(calls, path);
  }
}

/** Our temp folders are flat. What a person put there stays, and so does the folder then. */
function removeFolder(calls: FileCalls, path: string): void {
  for (const entry of calls.readdirSync(path, { withFileTypes: true })) {
    if (entry.isFile()) unlessGone(() => calls.unlinkSync(`${path}/${entry.name}`));
  }
  if (calls.readdirSync(path).length === 0) calls.rmdirSync(path);
}
