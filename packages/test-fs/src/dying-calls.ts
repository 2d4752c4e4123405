import fs from 'node:fs';
import type { FileCalls } from '@anybucket/backend-fs';

/** Calls of the system that end at a chosen one: what a process does that is killed there. */
export interface DyingCalls {
  readonly calls: FileCalls;
  /** The calls made since the last `arm`, by name. */
  readonly made: readonly string[];
  /** From now on: dies before the n-th call, 1 being the next. */
  arm(n: number): void;
}

/** @param die is called in place of the n-th call and all after it, and does not return. */
export function dyingCalls(die: (call: string) => never): DyingCalls {
  let left = Infinity;
  let made: string[] = [];
  const calls = new Proxy(fs as FileCalls, {
    get(target, name: keyof FileCalls) {
      const call = target[name] as (...given: unknown[]) => unknown;
      if (typeof call !== 'function') return call;
      return (...given: unknown[]) => {
        if (--left <= 0) die(name);
        made.push(name);
        return call.apply(target, given);
      };
    },
  });
  return {
    calls,
    get made() {
      return made;
    },
    arm(n) {
      left = n;
      made = [];
    },
  };
}
