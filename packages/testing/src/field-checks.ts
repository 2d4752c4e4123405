import { describeValue, invalidArgument } from '@anybucket/core/backend';

/** A check for each field of an object. A check throws `InvalidArgument`. */
export type FieldChecks<Fields> = { readonly [Name in keyof Required<Fields>]: (value: unknown, name: string) => void };

/** @throws `InvalidArgument` naming the unknown or invalid field. `subject` names the object in messages. */
export function checkFields<Fields extends object>(
  subject: string,
  fields: unknown,
  checks: FieldChecks<Fields>,
): asserts fields is Fields {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
    throw invalidArgument(`${subject} must be an object, not ${describeValue(fields)}`);
  for (const [name, value] of Object.entries(fields)) {
    const check = Object.hasOwn(checks, name) ? checks[name as keyof Fields] : undefined;
    if (check === undefined)
      throw invalidArgument(`${subject} has an unknown field ${describeValue(name)}; expected one of ${Object.keys(checks).join(', ')}`);
    if (value !== undefined) check(value, `\`${name}\` of ${subject}`);
  }
}

/** Returns a check for an integer from `min`. */
export function requireCount(min: number): (value: unknown, name: string) => void {
  return (value, name) => {
    if (!(Number.isSafeInteger(value) && (value as number) >= min))
      throw invalidArgument(`${name} must be an integer of at least ${min}, not ${describeValue(value)}`);
  };
}

/** Accepts a finite number of at least 0. */
export function requireDuration(value: unknown, name: string): void {
  if (!(typeof value === 'number' && value >= 0 && value <= 2 ** 31 - 1))
    throw invalidArgument(`${name} must be a number of milliseconds from 0 to 2^31 - 1, not ${describeValue(value)}`);
}

export function requireBoolean(value: unknown, name: string): void {
  if (typeof value !== 'boolean') throw invalidArgument(`${name} must be true or false, not ${describeValue(value)}`);
}

export function requireString(value: unknown, name: string): void {
  if (typeof value !== 'string') throw invalidArgument(`${name} must be a string, not ${describeValue(value)}`);
}
