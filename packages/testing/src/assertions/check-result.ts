import { AssertionError } from 'node:assert';

/** The result of a check, as `expect.extend` of Vitest and Jest expects it. */
export interface CheckResult {
  readonly pass: boolean;
  /** Returns the message of the failure; that of the negated assertion if the check has passed. */
  readonly message: () => string;
}

/** @throws `AssertionError` unless the check has passed. */
export function assertPassed({ pass, message }: CheckResult, stackStartFn: (...args: never[]) => unknown): void {
  if (!pass) throw new AssertionError({ message: message(), stackStartFn });
}
