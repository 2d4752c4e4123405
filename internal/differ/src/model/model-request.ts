import type { Call } from '../calls/call.js';
import { isPlainObject, optionsIndex } from '../calls/call.js';
import type { Conditions } from './conditions.js';
import { Failure, fail } from './failure.js';
import type { PartialError } from './failure.js';
import type { ModelBucket, ModelEntry, ModelObject, ModelState } from './model-state.js';
import { optionErrors } from './options.js';
import type { SymbolicId } from './symbolic-id.js';
import { selectVersion, withEntry } from './versions.js';
import type { VersionId } from './versions.js';

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
  /** The known deviations of MinIO that the call would meet. */
  readonly minioDeviations = new Set<string>();
  #ids = 0;
  #writes = 0;
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

  /** Returns the state of a bucket. Throws `NoSuchBucket`. */
  objects(bucket = this.bucket): ModelBucket {
    return this.state.buckets.get(bucket) ?? fail('NoSuchBucket', { bucket });
  }

  /** Returns a version of an object of the call's bucket. Throws `NoSuchBucket`, `NoSuchKey`, `NoSuchVersion`, `MethodNotAllowed`. */
  object(key: string, versionId?: VersionId): ModelObject {
    return selectVersion(this.objects().history(key), versionId);
  }

  /** Returns the conditions among the options; with the prefix `source`, those on the source of a copy. */
  conditions(prefix: '' | 'source' = ''): Conditions {
    const name = (condition: string) => (prefix === '' ? condition : `source${condition.replace('if', 'If')}`);
    const names = ['ifMatch', 'ifNoneMatch', 'ifModifiedSince', 'ifUnmodifiedSince'];
    return Object.fromEntries(names.map((condition) => [condition, this.options[name(condition)]]));
  }

  /** Returns the name of an id that the call creates. */
  createId(kind: SymbolicId['kind']): SymbolicId {
    // Evaluations for backends with other capabilities must create equal names.
    return this.state.id(kind, `${this.state.callNumber}.${this.#ids++}`);
  }

  /** Returns the id of a version that the call creates; undefined for the version `null`. */
  createVersionId(bucket: string, key: string): SymbolicId | undefined {
    return this.state.buckets.get(bucket)?.versioningOf(key) === 'enabled' ? this.createId('version') : undefined;
  }

  /** Returns the time of the next write. The writes of one call are a second apart. */
  nextTime(): Date {
    return new Date(this.state.nextTime().getTime() + this.#writes++ * 1000);
  }

  /** Returns a new delete marker. */
  createMarker(bucket: string, key: string): ModelEntry {
    return { id: this.createVersionId(bucket, key), object: undefined, lastModified: this.nextTime() };
  }

  /** Adds the effect of storing an object as the latest version. */
  storeObject(
    bucket: string,
    key: string,
    content: Omit<ModelObject, 'lastModified'>,
    { id }: Pick<ModelEntry, 'id'> = { id: this.createVersionId(bucket, key) },
  ): { readonly object: ModelObject; readonly versionId: { readonly versionId?: SymbolicId } } {
    const lastModified = this.nextTime();
    const object = { ...content, lastModified };
    this.effects.push(() => {
      const state = this.state.buckets.get(bucket);
      state?.setHistory(key, withEntry(state.history(key), { id, object, lastModified }));
    });
    return { object, versionId: id === undefined ? {} : { versionId: id } };
  }
}
