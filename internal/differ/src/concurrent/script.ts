import fc from 'fast-check';
import { xorshift128plus } from 'pure-rand/generator/xorshift128plus';

/** The ETag that a client has last seen of a key, or no object. */
type Condition = 'absent' | 'seen';

/** One thing that a client does with a key. Every value is put once at most, so that a body tells which put it comes from. */
export type Act =
  | { readonly does: 'put'; readonly key: string; readonly value: number; readonly when?: Condition }
  | { readonly does: 'get' | 'stat'; readonly key: string }
  | { readonly does: 'delete'; readonly key: string; readonly when?: Condition }
  | { readonly does: 'copy'; readonly key: string; readonly from: string };

/** What each client does, one after the other; the clients all at once. */
export type Script = readonly (readonly Act[])[];

// Few keys, so that clients meet; one of them below another.
const key = fc.constantFrom('a', 'a', 'a/b', 'c');
const condition = fc.constantFrom(undefined, undefined, 'absent' as const, 'seen' as const);

const act: fc.Arbitrary<(value: number) => Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ key, when: condition }).map((fields) => (value: number): Act => ({ does: 'put', value, ...given(fields) })),
  },
  { weight: 4, arbitrary: fc.record({ does: fc.constantFrom('get' as const, 'stat' as const), key }).map((one) => () => one) },
  { weight: 2, arbitrary: fc.record({ key, when: condition }).map((fields) => (): Act => ({ does: 'delete', ...given(fields) })) },
  {
    weight: 2,
    arbitrary: fc
      .record({ key, from: key })
      .map((one) => (): Act => (one.from === one.key ? { does: 'get', key: one.key } : { does: 'copy', ...one })),
  },
);

/** Draws the script of a number. @param clients how many at once @param length acts of each */
export function drawScript(seed: number, number: number, clients: number, length: number): Script {
  const random = new fc.Random(xorshift128plus(Math.imul(seed ^ 0x51ed270b, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b)));
  const each = Array.from({ length: clients }, (_, client) => client);
  return each.map((client) => Array.from({ length }, (_, index) => act.generate(random, undefined).value(client * length + index)));
}

function given({ key: one, when }: { readonly key: string; readonly when: Condition | undefined }): { key: string; when?: Condition } {
  // Only "as I saw it" makes sense for a delete, and "not there" for a put; the API knows which.
  return when === undefined ? { key: one } : { key: one, when };
}
