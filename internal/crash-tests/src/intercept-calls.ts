import fs from 'node:fs';
import type { FileCalls } from '@anybucket/backend-fs';

/** Returns the system calls, preceded by `onCall` with the name of each. When `onCall` throws, the call is not made. */
export function interceptCalls(onCall: (name: string) => void): FileCalls {
  return new Proxy<FileCalls>(fs, {
    get(target, name: keyof FileCalls) {
      const call = target[name] as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => {
        onCall(name);
        return call.apply(target, args);
      };
    },
  });
}
