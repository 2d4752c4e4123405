import type { SymbolicId } from '../model/symbolic-id.js';

/** The ids of one backend by the names that the model has for them. */
export class IdBindings {
  readonly #ids = new Map<string, string>();
  readonly #names = new Map<string, string>();

  /** Returns the id of a version with a name; undefined if the backend has not reported it. */
  version(name: string): string | undefined {
    return this.#ids.get(`version ${name}`);
  }

  /** Returns whether a reported id is correct: the one bound to the name, or a new one, which is bound to it. */
  matches({ kind, name }: SymbolicId, reported: unknown): boolean {
    if (typeof reported !== 'string' || reported === '' || reported === 'null') return false;
    const fullName = `${kind} ${name}`;
    const bound = this.#ids.get(fullName);
    if (bound !== undefined) return bound === reported;
    if (this.#names.has(reported)) return false;
    this.#ids.set(fullName, reported);
    this.#names.set(reported, fullName);
    return true;
  }
}
