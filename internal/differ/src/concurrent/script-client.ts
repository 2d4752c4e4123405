import { createHash } from 'node:crypto';
import { isStorageError } from '@anybucket/core';
import type { Bucket, ObjectInfo } from '@anybucket/core';
import type { Effect, HistoryEvent, Precondition } from './history.js';
import type { Step } from './script.js';

/** Returns the body of a value: short or long, and different from all others. */
function bodyOf(value: number): Buffer {
  return Buffer.alloc(value % 5 === 0 ? 200_000 : 50, `value ${value}, `);
}

function etagOf(value: number): string {
  return createHash('md5').update(bodyOf(value)).digest('hex');
}

/** Thrown when an object mixes parts of different puts, which no order of events can explain. */
class TornObjectError extends Error {}

/** A client of a script: runs its steps in order and records their effects. */
export class ScriptClient {
  readonly #client: number;
  readonly #bucket: Bucket;
  readonly #valuesByEtag: ReadonlyMap<string, number>;
  readonly #seenEtags = new Map<string, string>();

  /** @param valueCount the number of values that the script puts. */
  constructor(client: number, bucket: Bucket, valueCount: number) {
    this.#client = client;
    this.#bucket = bucket;
    this.#valuesByEtag = new Map(Array.from({ length: valueCount }, (_, value) => [etagOf(value), value]));
  }

  /** Runs the steps. Throws {@link TornObjectError}, and every error other than a missing key or a failed condition. */
  async run(steps: readonly Step[]): Promise<HistoryEvent[]> {
    const events: HistoryEvent[] = [];
    for (const step of steps) {
      const startNs = now();
      const effects = await this.#run(step);
      const endNs = now();
      events.push(...effects.map(([key, effect]) => ({ client: this.#client, key, startNs, endNs, effect })));
    }
    return events;
  }

  async #run(step: Step): Promise<[key: string, effect: Effect][]> {
    switch (step.action) {
      case 'get':
        return [[step.key, { kind: 'read', value: await this.#read(step.key, () => this.#get(step.key)) }]];
      case 'stat':
        return [[step.key, { kind: 'read', value: await this.#read(step.key, () => this.#bucket.stat(step.key)) }]];
      case 'copy':
        return this.#copy(step.key, step.sourceKey);
      case 'put':
        return [[step.key, await this.#write(step, step.value)]];
      case 'delete':
        return [[step.key, await this.#write(step, undefined)]];
    }
  }

  async #read(key: string, readInfo: () => Promise<ObjectInfo>): Promise<number | undefined> {
    try {
      const { etag, metadata } = await readInfo();
      const value = this.#valueOf(etag);
      if (metadata['value'] !== String(value))
        throw new TornObjectError(`${key} has the body of value ${value}, but the metadata of value ${metadata['value']}`);
      this.#seenEtags.set(key, etag);
      return value;
    } catch (error) {
      if (isStorageError(error, 'NoSuchKey')) return undefined;
      throw error;
    }
  }

  async #get(key: string): Promise<ObjectInfo> {
    const object = await this.#bucket.get(key);
    const bytes = await object.bytes();
    if (!bytes.equals(bodyOf(this.#valueOf(object.info.etag)))) throw new TornObjectError(`the body of ${key} does not match its ETag`);
    return object.info;
  }

  async #copy(key: string, sourceKey: string): Promise<[string, Effect][]> {
    try {
      const { etag } = await this.#bucket.fcopyTo(this.#bucket.name, key, sourceKey);
      const value = this.#valueOf(etag);
      // A copy is not atomic across its two keys, so it counts as two events.
      return [
        [sourceKey, { kind: 'read', value }],
        [key, { kind: 'write', value }],
      ];
    } catch (error) {
      if (isStorageError(error, 'NoSuchKey')) return [[sourceKey, { kind: 'read', value: undefined }]];
      throw error;
    }
  }

  async #write({ key, condition }: { key: string; condition?: 'absent' | 'seen' }, value: number | undefined): Promise<Effect> {
    const seenEtag = this.#seenEtags.get(key);
    const isConditional = condition !== undefined && (value !== undefined || this.#bucket.datastore.capabilities.conditionalDelete);
    // A delete accepts `ifMatch` only.
    const isAbsent = condition === 'absent' && value !== undefined;
    const options = !isConditional ? {} : isAbsent ? { ifNoneMatch: '*' } : { ifMatch: seenEtag ?? '0' };
    const precondition: Precondition = isAbsent ? { absent: true } : { value: seenEtag === undefined ? 'never' : this.#valueOf(seenEtag) };
    const effect: Effect = { kind: 'write', value, ...(isConditional ? { precondition } : {}) };
    try {
      if (value === undefined) await this.#bucket.delete(key, options);
      else await this.#bucket.put(key, bodyOf(value), { ...options, metadata: { value: String(value) } });
      return effect;
    } catch (error) {
      if (isConditional && isStorageError(error, 'PreconditionFailed')) return { ...effect, error: 'PreconditionFailed' };
      if (isConditional && isStorageError(error, 'NoSuchKey')) return { ...effect, error: 'NoSuchKey' };
      throw error;
    }
  }

  #valueOf(etag: string): number {
    const value = this.#valuesByEtag.get(etag);
    if (value === undefined) throw new TornObjectError(`no put wrote an object with the ETag ${etag}`);
    return value;
  }
}

/** Returns nanoseconds of a clock that all processes of a host share. */
function now(): number {
  return Number(process.hrtime.bigint());
}
