import type { Call } from '../calls/call.js';
import { isPlainObject, optionsIndex } from '../calls/call.js';
import type { Conditions } from './conditions.js';
import { optionCodes } from './options.js';
import type { Finding } from './refusal.js';
import { Refusal, refuse } from './refusal.js';
import type { Thing, World } from './world.js';

/** A call that the model answers: its arguments resolved, the world it finds, and what the answer would change. */
export class Question {
  readonly call: Call;
  readonly args: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly world: World;
  /** The bucket that is written to, as the name in the call. */
  readonly bucket: string;
  /** Changes to the world, for when the call is made. */
  readonly effects: (() => void)[] = [];
  /** The capabilities that the answer depends on. */
  readonly consulted = new Set<string>();
  readonly #capabilities: Readonly<Record<string, boolean>>;
  readonly #findings: Finding[] = [];

  constructor(call: Call, args: readonly unknown[], world: World, capabilities: Readonly<Record<string, boolean>>) {
    this.call = call;
    this.args = args;
    this.world = world;
    this.bucket = call.bucket ?? '';
    this.#capabilities = capabilities;
    const options = args[optionsIndex(call)];
    this.options = isPlainObject(options) ? options : {};
  }

  /** Whether a backend has a capability. */
  may(capability: string): boolean {
    this.consulted.add(capability);
    return this.#capabilities[capability] ?? false;
  }

  /** Notes what is wrong with an argument. */
  note(...findings: readonly Finding[]): void {
    this.#findings.push(...findings);
  }

  /** The same, by code alone. */
  noteCodes(codes: readonly string[]): void {
    this.note(...codes.map((code) => ({ code })));
  }

  /** Notes what is wrong with the options by their names and types: those of the method, or by other rules. */
  noteOptions(rules?: Parameters<typeof optionCodes>[2]): void {
    this.noteCodes(optionCodes(this.call.method, this.args[optionsIndex(this.call)], rules));
  }

  /** Notes that a backend without a capability refuses, where something is given that needs it. */
  noteNeed(capability: string, given: unknown): void {
    if (given !== undefined && !this.may(capability)) this.noteCodes(['NotImplemented']);
  }

  /** Refuses the call if anything was noted: all arguments come before the first look at the store. */
  checked(): void {
    if (this.#findings.length > 0) throw new Refusal(this.#findings);
  }

  /** The objects of a bucket. Without it the call is refused. */
  objects(bucket = this.bucket): Map<string, Thing> {
    const objects = this.world.buckets.get(bucket);
    return objects ?? refuse('NoSuchBucket', { bucket });
  }

  /** An object that must be there. */
  thing(key: string): Thing {
    return this.objects().get(key) ?? refuse('NoSuchKey');
  }

  /** The conditions among the options, those on a copy's source by their prefix. */
  conditions(prefix: '' | 'source' = ''): Conditions {
    const name = (condition: string) => (prefix === '' ? condition : `source${condition.replace('if', 'If')}`);
    const names = ['ifMatch', 'ifNoneMatch', 'ifModifiedSince', 'ifUnmodifiedSince'];
    return Object.fromEntries(names.map((condition) => [condition, this.options[name(condition)]]));
  }

  /** Stores an object when the call is made, at the time that this gives. */
  store(bucket: string, key: string, thing: Omit<Thing, 'lastModified'>): Date {
    const lastModified = this.world.nextTime();
    this.effects.push(() => {
      this.world.buckets.get(bucket)?.set(key, { ...thing, lastModified });
      this.world.tick();
    });
    return lastModified;
  }
}
