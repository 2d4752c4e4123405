import fc from 'fast-check';
import { xorshift128plus } from 'pure-rand/generator/xorshift128plus';

/** A write condition: no object (`ifNoneMatch: '*'`), or the ETag that the client saw last (`ifMatch`). */
type Condition = 'absent' | 'seen';

/** One call of a client. Each value is put at most once, so that a body identifies the put that wrote it. */
export type Step =
  | { readonly action: 'put'; readonly key: string; readonly value: number; readonly condition?: Condition }
  | { readonly action: 'get' | 'stat'; readonly key: string }
  | { readonly action: 'delete'; readonly key: string; readonly condition?: Condition }
  | { readonly action: 'copy'; readonly key: string; readonly sourceKey: string };

/** The steps of each client. Clients run concurrently, their steps in order. */
export type Script = readonly (readonly Step[])[];

// Few keys, so that clients meet on the same ones; one is below another.
const key = fc.constantFrom('a', 'a', 'a/b', 'c');
const condition = fc.constantFrom(undefined, undefined, 'absent' as const, 'seen' as const);

/** A step, given the value to put. */
const step: fc.Arbitrary<(value: number) => Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ key, condition }).map((fields) => (value: number): Step => ({ action: 'put', value, ...defined(fields) })),
  },
  { weight: 4, arbitrary: fc.record({ action: fc.constantFrom('get' as const, 'stat' as const), key }).map((one) => () => one) },
  { weight: 2, arbitrary: fc.record({ key, condition }).map((fields) => (): Step => ({ action: 'delete', ...defined(fields) })) },
  {
    weight: 2,
    arbitrary: fc
      .record({ key, sourceKey: key })
      .map((one) => (): Step => (one.sourceKey === one.key ? { action: 'get', key: one.key } : { action: 'copy', ...one })),
  },
);

/** Generates a script. The same seed and program number give the same script. @param stepCount the number of steps per client. */
export function generateScript(seed: number, programNumber: number, clientCount: number, stepCount: number): Script {
  const random = new fc.Random(xorshift128plus(Math.imul(seed ^ 0x51ed270b, 0x9e3779b1) ^ Math.imul(programNumber + 1, 0x85ebca6b)));
  const clients = Array.from({ length: clientCount }, (_, client) => client);
  return clients.map((client) =>
    Array.from({ length: stepCount }, (_, index) => step.generate(random, undefined).value(client * stepCount + index)),
  );
}

function defined({ key: one, condition: given }: { readonly key: string; readonly condition: Condition | undefined }): {
  key: string;
  condition?: Condition;
} {
  return given === undefined ? { key: one } : { key: one, condition: given };
}
