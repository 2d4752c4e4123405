import { invalidArgument } from '../api/errors.js';

/** The methods used of a tsyringe container. Its own type is not named, so that these types compile where tsyringe is not installed. */
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
