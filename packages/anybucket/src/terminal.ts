import type { Environment } from '@anybucket/core';

/** What a command reads and writes besides its arguments. */
export interface Terminal {
  readonly env: Environment;
  readonly print: (line: string) => void;
  readonly printError: (line: string) => void;
  /** Resolves when the command is to stop. */
  readonly interrupted: () => Promise<void>;
}

/** The terminal of this process. A second signal ends the process at once. */
export function processTerminal(): Terminal {
  return {
    env: process.env,
    print: (line) => void process.stdout.write(`${line}\n`),
    printError: (line) => void process.stderr.write(`${line}\n`),
    interrupted: () =>
      new Promise((resolve) => {
        const signals = ['SIGINT', 'SIGTERM'] as const;
        const stop = (): void => {
          for (const signal of signals) process.off(signal, stop);
          resolve();
        };
        for (const signal of signals) process.on(signal, stop);
      }),
  };
}
