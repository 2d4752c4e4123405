import { invalidArgument } from '../api/errors.js';

/** What is needed of a tsyringe container, without naming tsyringe: only those who use one load its types. */
export interface ContainerLike {
  isRegistered(token: symbol, recursive?: boolean): boolean;
  resolve(token: symbol): unknown;
  register(token: symbol, provider: { useFactory: () => unknown }): unknown;
}

/** Checks an option or argument of this type. @throws `InvalidArgument` */
export function requireContainer(value: unknown, name: string): void {
  const container = value as Partial<ContainerLike> | null | undefined;
  const methods = [container?.isRegistered, container?.resolve, container?.register];
  if (methods.some((method) => typeof method !== 'function')) throw invalidArgument(`\`${name}\` must be a tsyringe container`);
}
