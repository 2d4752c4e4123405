import type { FileCalls } from '../system/file-calls.js';
import type { RangeLocks } from './locks.js';
import { claimAlone } from './exclusive-lock.js';

const nothing = (): void => {};

/**
 * The kernel's locks. Where their binary can't be loaded, this process claims the whole root for itself.
 * @param hidden the root's hidden folder.
 * @throws `ConfigError` without the binary, when another process has the root.
 */
export async function loadRangeLocks(calls: FileCalls, hidden: string): Promise<RangeLocks> {
  let kernel: typeof import('fs-native-extensions');
  try {
    kernel = await import('fs-native-extensions');
  } catch {
    // No binary for this system: the claim says so where it matters.
    return { tryLock: () => true, unlock: nothing, close: claimAlone(calls, hidden) };
  }
  return { tryLock: kernel.tryLock, unlock: kernel.unlock, close: nothing };
}
