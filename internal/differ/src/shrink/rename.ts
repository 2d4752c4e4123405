import type { Call } from '../calls/call.js';
import { isPlainObject } from '../calls/call.js';

const simple = ['a', 'b', 'c', 'a/', 'a/b', 'a b', 'é'];

/** The program with one of its longer texts replaced by a simple one, wherever it stands: one for each text and each simple one. */
export function* renamed(calls: readonly Call[]): Generator<readonly Call[]> {
  const texts = new Set(calls.flatMap(({ args }) => args.filter((arg) => typeof arg === 'string' && !arg.startsWith('differ-'))));
  for (const text of texts) {
    if (simple.includes(String(text))) continue;
    for (const other of simple) {
      if (!texts.has(other)) yield calls.map((call) => ({ ...call, args: call.args.map((arg) => replaced(arg, String(text), other)) }));
    }
  }
}

function replaced(value: unknown, text: string, other: string): unknown {
  if (value === text) return other;
  if (Array.isArray(value)) return value.map((one) => replaced(one, text, other));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, replaced(inner, text, other)]));
}
