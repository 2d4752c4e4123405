import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { StorageError } from '@anybucket/core/backend';
import { hasErrno, openFlags, unlessGone, writeAll } from '../system/file-calls.js';
import type { FileCalls } from '../system/file-calls.js';
import { readText } from '../system/read-text.js';

/** Who has claimed a root. */
interface Claimant {
  readonly id: string;
  readonly pid: number;
  readonly host: string;
  /** Tells the process from a later one with the same number. */
  readonly started: string;
}

const fileName = 'owner';

/**
 * Claims a root for this process alone, for where there are no locks of the kernel. A claim is a folder that was renamed into its place,
 * whole with its owner's name: so there is never one without an owner. That of a dead process is broken, by one claimant at a time.
 * @returns what gives the claim up.
 * @throws `ConfigError` when another process that lives has it.
 */
export function claimAlone(calls: FileCalls, hidden: string): () => void {
  const claimant = { id: randomBytes(6).toString('hex'), pid: process.pid, host: hostname(), started: startOf(process.pid) };
  return claim(calls, `${hidden}/sole-process`, claimant);
}

function claim(calls: FileCalls, path: string, claimant: Claimant): () => void {
  const own = `${path}-${claimant.id}`;
  calls.mkdirSync(own);
  const fd = calls.openSync(`${own}/${fileName}`, openFlags.create);
  writeAll(calls, fd, Buffer.from(JSON.stringify(claimant)));
  calls.closeSync(fd);
  const release = (from: string): void => {
    calls.unlinkSync(`${from}/${fileName}`);
    calls.rmdirSync(from);
  };
  for (;;) {
    try {
      calls.renameSync(own, path);
      return () => release(path);
    } catch (error) {
      if (!hasErrno(error, 'ENOTEMPTY', 'EEXIST', 'EPERM')) throw error;
    }
    const holder = readHolder(calls, path);
    if (holder === undefined) continue;
    if (lives(holder)) {
      release(own);
      throw new StorageError({
        code: 'ConfigError',
        message: `the process ${holder.pid} on ${holder.host} has this folder, and the package fs-native-extensions, with which they could share it, can't be loaded here; if that process is gone, remove ${path}`,
      });
    }
    // Only who has claimed the breaking of this very claim may remove it.
    const broken = claim(calls, `${path}-${holder.id}-broken`, claimant);
    if (readHolder(calls, path)?.id === holder.id) release(path);
    broken();
  }
}

function readHolder(calls: FileCalls, path: string): Claimant | undefined {
  let text: string | undefined;
  unlessGone(() => (text = readText(calls, `${path}/${fileName}`)));
  return text === undefined ? undefined : (JSON.parse(text) as Claimant);
}

function lives({ pid, host, started }: Claimant): boolean {
  // Of another host, or another container, nothing can be known.
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (hasErrno(error, 'ESRCH')) return false;
  }
  return startOf(pid) === started;
}

/** When a process began, in the kernel's words; empty where the system doesn't say. */
function startOf(pid: number): string {
  try {
    // The name, in parentheses, may hold anything; the start is the 20th field behind it. With the boot's id no other process has the same.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return '';
  }
}
