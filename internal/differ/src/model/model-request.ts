import type { Call } from '../calls/call.js';
import { isPlainObject, optionsIndex } from '../calls/call.js';
import type { Conditions } from './conditions.js';
import { Failure, fail } from './failure.js';
import type { PartialError } from './failure.js';
import type { ModelObject, ModelState } from './model-state.js';
import { optionErrors } from './options.js';

/** A call during its evaluation: resolved arguments, the state it runs on, and the changes it would make. */
export class ModelRequest {
  readonly call: Call;
  readonly args: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly state: ModelState;
  /** The bucket of the call; empty for a datastore method. */
  readonly bucket: string;
  /** Changes to the state, applied when the call is executed. */
  readonly effects: (() => void)[] = [];
  /** The capabilities that the outcome depends on. */
  readonly consultedCapabilities = new Set<string>();
  readonly #capabilities: Readonly<Record<string, boolean>>;
  readonly #errors: PartialError[] = [];

  constructor(call: Call, args: readonly unknown[], state: ModelState, capabilities: Readonly<Record<string, boolean>>) {
    this.call = call;
    this.args = args;
    this.state = state;
    this.bucket = call.bucket ?? '';
    this.#capabilities = capabilities;
    const options = args[optionsIndex(call)];
    this.options = isPlainObject(options) ? options : {};
  }

  /** Returns whether the backend has a capability. */
  supports(capability: string): boolean {
    this.consultedCapabilities.add(capability);
    return this.#capabilities[capability] ?? false;
  }

  /** Records errors of the arguments. {@link throwIfInvalid} throws them. */
  addErrors(...errors: readonly PartialError[]): void {
    this.#errors.push(...errors);
  }

  /** Records errors of the arguments that have a code only. */
  addErrorCodes(codes: readonly string[]): void {
    this.addErrors(...codes.map((code) => ({ code })));
  }

  /** Checks the names and types of the options. @param rules defaults to those of the method. */
  checkOptions(rules?: Parameters<typeof optionErrors>[2]): void {
    this.addErrorCodes(optionErrors(this.call.method, this.args[optionsIndex(this.call)], rules));
  }

  /** Records `NotImplemented` when a value is given that requires a missing capability. */
  requireCapability(capability: string, value: unknown): void {
    if (value !== undefined && !this.supports(capability)) this.addErrorCodes(['NotImplemented']);
  }

  /** Throws the recorded errors. Must precede the first access to the state, because arguments are checked before any I/O. */
  throwIfInvalid(): void {
    if (this.#errors.length > 0) throw new Failure(this.#errors);
  }

  /** Returns the objects of a bucket. Throws `NoSuchBucket`. */
  objects(bucket = this.bucket): Map<string, ModelObject> {
    const objects = this.state.buckets.get(bucket);
    return objects ?? fail('NoSuchBucket', { bucket });
  }

  /** Returns an object of the call's bucket. Throws `NoSuchBucket`, `NoSuchKey`. */
  object(key: string): ModelObject {
    return this.objects().get(key) ?? fail('NoSuchKey');
  }

  /** Returns the conditions among the options; with the prefix `source`, those on the source of a copy. */
  conditions(prefix: '' | 'source' = ''): Conditions {
    const name = (condition: string) => (prefix === '' ? condition : `source${condition.replace('if', 'If')}`);
    const names = ['ifMatch', 'ifNoneMatch', 'ifModifiedSince', 'ifUnmodifiedSince'];
    return Object.fromEntries(names.map((condition) => [condition, this.options[name(condition)]]));
  }

  /** Adds the effect of storing an object. Returns its last-modified time. */
  storeObject(bucket: string, key: string, object: Omit<ModelObject, 'lastModified'>): Date {
    const lastModified = this.state.nextTime();
    this.effects.push(() => {
      this.state.buckets.get(bucket)?.set(key, { ...object, lastModified });
      this.state.advanceClock();
    });
    return lastModified;
  }
}
