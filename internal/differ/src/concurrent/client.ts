import { createHash } from 'node:crypto';
import { isStorageError } from '@anybucket/core';
import type { Bucket, ObjectInfo } from '@anybucket/core';
import type { Effect, Event, Requirement } from './event.js';
import type { Act } from './script.js';

/** The body of a value: short or long, and like that of no other. */
function bodyOf(value: number): Buffer {
  return Buffer.alloc(value % 5 === 0 ? 200_000 : 50, `value ${value}, `);
}

/** The ETag of a value. */
function etagOf(value: number): string {
  return createHash('md5').update(bodyOf(value)).digest('hex');
}

/** What a backend did that no order of events can explain. */
export class Torn extends Error {}

/** One client of a script: makes its calls one after the other and tells what each has shown. */
export class ScriptClient {
  readonly #number: number;
  readonly #bucket: Bucket;
  /** By ETag. */
  readonly #values: ReadonlyMap<string, number>;
  readonly #seen = new Map<string, string>();

  /** @param values how many values the script has */
  constructor(number: number, bucket: Bucket, values: number) {
    this.#number = number;
    this.#bucket = bucket;
    this.#values = new Map(Array.from({ length: values }, (_, value) => [etagOf(value), value]));
  }

  /** @throws {@link Torn} for an answer that is whole neither by one put nor by another; whatever else the backend throws unasked */
  async run(acts: readonly Act[]): Promise<Event[]> {
    const events: Event[] = [];
    for (const act of acts) {
      const from = now();
      const effects = await this.#act(act);
      const to = now();
      events.push(...effects.map(([key, effect]) => ({ client: this.#number, key, from, to, effect })));
    }
    return events;
  }

  async #act(act: Act): Promise<[key: string, effect: Effect][]> {
    switch (act.does) {
      case 'get':
        return [[act.key, { kind: 'read', value: await this.#read(act.key, () => this.#whole(act.key)) }]];
      case 'stat':
        return [[act.key, { kind: 'read', value: await this.#read(act.key, () => this.#bucket.stat(act.key)) }]];
      case 'copy':
        return this.#copy(act.key, act.from);
      case 'put':
        return [[act.key, await this.#write(act, act.value)]];
      case 'delete':
        return [[act.key, await this.#write(act, undefined)]];
    }
  }

  async #read(key: string, look: () => Promise<ObjectInfo>): Promise<number | undefined> {
    try {
      const { etag, metadata } = await look();
      const value = this.#valueOf(etag);
      if (metadata['value'] !== String(value)) throw new Torn(`${key} has the body of ${value} and the metadata of ${metadata['value']}`);
      this.#seen.set(key, etag);
      return value;
    } catch (error) {
      if (isStorageError(error, 'NoSuchKey')) return undefined;
      throw error;
    }
  }

  async #whole(key: string): Promise<ObjectInfo> {
    const object = await this.#bucket.get(key);
    const bytes = await object.bytes();
    if (!bytes.equals(bodyOf(this.#valueOf(object.info.etag)))) throw new Torn(`the body of ${key} is not that of its ETag`);
    return object.info;
  }

  async #copy(key: string, from: string): Promise<[string, Effect][]> {
    try {
      const { etag } = await this.#bucket.fcopyTo(this.#bucket.name, key, from);
      const value = this.#valueOf(etag);
      // Two keys are not changed as one: of each its own part is told.
      return [
        [from, { kind: 'read', value }],
        [key, { kind: 'write', value }],
      ];
    } catch (error) {
      if (isStorageError(error, 'NoSuchKey')) return [[from, { kind: 'read', value: undefined }]];
      throw error;
    }
  }

  async #write({ key, when }: { key: string; when?: 'absent' | 'seen' }, value: number | undefined): Promise<Effect> {
    const seen = this.#seen.get(key);
    const isConditional = when !== undefined && (value !== undefined || this.#bucket.datastore.capabilities.conditionalDelete);
    const absent = when === 'absent' && value !== undefined;
    const options = !isConditional ? {} : absent ? { ifNoneMatch: '*' } : { ifMatch: seen ?? '0' };
    const requirement: Requirement = absent ? { absent: true } : { value: seen === undefined ? 'never' : this.#valueOf(seen) };
    const effect: Effect = { kind: 'write', value, ...(isConditional ? { when: requirement } : {}) };
    try {
      if (value === undefined) await this.#bucket.delete(key, options);
      else await this.#bucket.put(key, bodyOf(value), { ...options, metadata: { value: String(value) } });
      return effect;
    } catch (error) {
      if (isConditional && isStorageError(error, 'PreconditionFailed')) return { ...effect, refused: 'PreconditionFailed' };
      if (isConditional && isStorageError(error, 'NoSuchKey')) return { ...effect, refused: 'NoSuchKey' };
      throw error;
    }
  }

  #valueOf(etag: string): number {
    const value = this.#values.get(etag);
    if (value === undefined) throw new Torn(`nothing that was put has the ETag ${etag}`);
    return value;
  }
}

/** Nanoseconds of a clock that all processes of a machine share. */
function now(): number {
  return Number(process.hrtime.bigint());
}
