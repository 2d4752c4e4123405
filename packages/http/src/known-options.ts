import { invalidArgument } from '@anybucket/core/backend';

/** The names of all options. */
export type OptionNames<Options> = Readonly<Record<keyof Required<Options>, true>>;

/** @throws `InvalidArgument` for an unknown option: a misspelled limit would not apply. */
export function requireKnownOptions<Options extends object>(options: Options, names: OptionNames<Options>): void {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(names, name));
  if (unknown !== undefined)
    throw invalidArgument(`unknown option ${JSON.stringify(unknown)}; expected one of ${Object.keys(names).join(', ')}`);
}
