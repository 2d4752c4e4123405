import fs from 'node:fs';
import type { FileCalls } from '@anybucket/backend-fs';

/** The system's calls, each told just before it is made. What `before` throws comes in place of the call. */
export function watchedCalls(before: (call: string) => void): FileCalls {
  return new Proxy<FileCalls>(fs, {
    get(target, name: keyof FileCalls) {
      const call = target[name] as (...given: unknown[]) => unknown;
      return (...given: unknown[]) => {
        before(name);
        return call.apply(target, given);
      };
    },
  });
}
