import { types } from 'node:util';
import { StorageError, importPackage, rethrow } from '@anybucket/core/backend';
import { isOutOfDescriptors } from '../system/errno.js';
import type { FileCalls } from '../system/file-calls.js';
import { ExclusiveLock } from './exclusive-lock.js';

/** Locks on byte ranges of open files. A lock belongs to the open file, not to the process, and ends with either. */
export interface RangeLocks {
  /** The lock on the whole root, where kernel locks are unavailable. Then there is nothing else to lock, and every `tryLock` succeeds. */
  readonly exclusive: ExclusiveLock | undefined;
  tryLock(fd: number, offset: number, length: number): boolean;
  unlock(fd: number, offset: number, length: number): void;
}

type KernelLocks = typeof import('fs-native-extensions');

/** The hosts that `fs-native-extensions` has a binary for. On Linux it requires glibc. */
export const supportedHosts: readonly string[] = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-arm64', 'win32-x64'];
/** The binary calls libuv, which only Node exports in full. Deno ends the process when the binary is loaded, Bun when a lock is contended. */
const unsupportedRuntimes = ['Deno', 'Bun'];

/**
 * Loads the kernel locks. Where they are unavailable (see {@link supportedHosts}; Deno; Bun; a bundle without them), acquires the whole root
 * for this process instead.
 * @param exclusivePath The path of the exclusive lock.
 * @throws `ConfigError` when the root must be exclusive but another process uses it, or when the binary for this host is present
 *   but cannot be loaded.
 * @throws The system error when too many files are open. A later call may succeed.
 */
export async function loadRangeLocks(calls: FileCalls, exclusivePath: string): Promise<RangeLocks> {
  const runtime = unsupportedRuntimes.find((name) => name in globalThis);
  if (runtime !== undefined) return acquireRoot(calls, exclusivePath, `fs-native-extensions does not run under ${runtime}`);
  const host = `${process.platform}-${process.arch}`;
  try {
    return toRangeLocks(await importKernelLocks());
  } catch (cause) {
    if (isOutOfDescriptors(cause)) throw cause;
    if (isMissing(cause))
      return acquireRoot(calls, exclusivePath, 'fs-native-extensions, which locks files, is not installed, or was bundled');
    const hasMusl = isMusl();
    if (supportedHosts.includes(host) && !hasMusl)
      throw new StorageError({
        code: 'ConfigError',
        message: `cannot load fs-native-extensions, which locks files, for ${host}: ${String(cause)}; reinstall it`,
        cause,
      });
    return acquireRoot(calls, exclusivePath, `fs-native-extensions has no binary for ${host}${hasMusl ? ' with musl' : ''}`);
  }
}

/**
 * Returns whether the package or its binary is missing, as in an application that was bundled without it. If the package itself is part of
 * the bundle, it does not find `__filename` or `require`, and throws a `ReferenceError` or `TypeError`.
 */
function isMissing(error: unknown): boolean {
  const code: unknown = types.isNativeError(error) && 'code' in error ? error.code : undefined;
  return (
    code === 'ERR_MODULE_NOT_FOUND' ||
    code === 'MODULE_NOT_FOUND' ||
    code === 'ADDON_NOT_FOUND' ||
    error instanceof ReferenceError ||
    error instanceof TypeError
  );
}

async function importKernelLocks(): Promise<KernelLocks> {
  const kernel = await importPackage(
    'fs-native-extensions',
    async () => {
      try {
        return await import('fs-native-extensions');
      } catch (error) {
        return rethrow(error);
      }
    },
    import.meta.url,
  );
  // In a CommonJS bundle, a module that threw when it was first evaluated is empty afterwards.
  if (typeof kernel.tryLock !== 'function') throw new TypeError('fs-native-extensions has no function tryLock');
  return kernel;
}

function toRangeLocks({ tryLock, unlock }: KernelLocks): RangeLocks {
  if (process.platform !== 'darwin') return { exclusive: undefined, tryLock, unlock };
  // macOS can only lock whole files, so all keys share one lock there.
  return { exclusive: undefined, tryLock: (fd) => tryLock(fd, 0, 0), unlock: (fd) => unlock(fd, 0, 0) };
}

function acquireRoot(calls: FileCalls, path: string, reason: string): RangeLocks {
  const exclusive = new ExclusiveLock(calls, path, reason);
  exclusive.acquire();
  return { exclusive, tryLock: () => true, unlock: () => {} };
}

function isMusl(): boolean {
  if (process.platform !== 'linux') return false;
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined;
}
