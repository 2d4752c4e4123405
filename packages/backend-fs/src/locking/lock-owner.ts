import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { hasErrno } from '../system/errno.js';

/** The process that holds a lock, with what another process needs to determine whether it is alive. */
export interface LockOwner {
  /** Unique for each lock that is acquired. */
  readonly id: string;
  readonly pid: number;
  readonly host: string;
  /** Distinguishes the process from a later one with the same pid. Empty where the system does not report it. */
  readonly started: string;
}

/** Describes the current process as the owner of a new lock. */
export function createLockOwner(): LockOwner {
  return { id: randomBytes(6).toString('hex'), pid: process.pid, host: hostname(), started: processStartTime(process.pid) };
}

/** Parses the content of an owner's file. @returns Undefined for an invalid or empty file, which a process that was killed may leave. */
export function parseLockOwner(text: string): LockOwner | undefined {
  try {
    const { id, pid, host, started } = Object(JSON.parse(text)) as Partial<Record<keyof LockOwner, unknown>>;
    if (typeof id !== 'string' || !/^\w{1,64}$/.test(id) || typeof host !== 'string' || typeof started !== 'string') return undefined;
    return isPid(pid) ? { id, pid, host, started } : undefined;
  } catch {
    return undefined;
  }
}

/** 0 and negative numbers would be groups of processes. */
function isPid(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) > 0 && Number(value) < 2 ** 31;
}

/** Returns whether the owner of a lock may be alive. A process on another host, or in another container, is assumed to be. */
export function isAlive({ pid, host, started }: LockOwner): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (hasErrno(error, 'ESRCH')) return false;
  }
  const current = processStartTime(pid);
  // Unknown where `/proc` is hidden, as with the mount option `hidepid`.
  return current === '' || started === '' || current === started;
}

function processStartTime(pid: number): string {
  try {
    // The process name, in parentheses, may contain anything. The start time is the 20th field after it, in clock ticks since the boot.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${bootId}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return '';
  }
}
