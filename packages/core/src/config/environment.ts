import { invalidArgument } from '../api/errors.js';

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Checks an option of this type. @throws `InvalidArgument` */
export function requireEnvironment(value: unknown, name: string): void {
  if (typeof value !== 'object' || value === null || Object.values(value).some((text) => text !== undefined && typeof text !== 'string')) {
    throw invalidArgument(`\`${name}\` must be an object of strings`);
  }
}
