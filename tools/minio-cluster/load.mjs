// The load on the cluster, and the values that its objects may have.
import assert from 'node:assert/strict';
import { hash, randomBytes } from 'node:crypto';
import { isStorageError } from '@anybucket/core';

const keysPerWorker = 20;
const partSize = 5 * 2 ** 20;
const largeSize = partSize + 2 ** 20;

/** What the operations of a load have done. */
class LoadReport {
  operations = 0;
  /** Number of failed operations by kind and error code. Only those of `unrepeatableKinds` may fail. */
  failures = new Map();
  slowestMs = 0;

  addFailure(kind, { code, serverCode }) {
    const name = `${kind}: ${code}${serverCode === undefined || serverCode === code ? '' : ` (${serverCode})`}`;
    this.failures.set(name, (this.failures.get(name) ?? 0) + 1);
  }

  describe() {
    const failures = this.failures.size === 0 ? 'none' : JSON.stringify(Object.fromEntries(this.failures));
    return `${this.operations} operations, the slowest took ${(this.slowestMs / 1000).toFixed(1)} s, failed: ${failures}`;
  }
}

/** Workers that read and write objects of their own. */
export class Load {
  /** @readonly */
  #bucket;
  /** @readonly */
  #workerCount;
  /** The hashes that the body of each key may have: that of the last acknowledged write, and those of later failed ones. Null: no object. */
  #allowedValues = new Map();
  #nextIndex = 0;

  constructor(bucket, workerCount) {
    this.#bucket = bucket;
    this.#workerCount = workerCount;
  }

  /** Runs operations until `isDone` returns true, which is called after each with the report so far. */
  async run(isDone) {
    const report = new LoadReport();
    await Promise.all(
      Array.from({ length: this.#workerCount }, async (_, worker) => {
        while (!isDone(report)) await this.#operate(worker, this.#nextIndex++, report);
      }),
    );
    return report;
  }

  /** Checks that each object has the value acknowledged last. Returns the number of objects. */
  async verify() {
    const keys = [...this.#allowedValues.keys()];
    while (keys.length > 0) {
      await Promise.all(
        keys.splice(-this.#workerCount).map(async (key) => {
          this.#check(key, await this.#read(key));
        }),
      );
    }
    return this.#allowedValues.size;
  }

  /** Runs one operation on a key that only this worker uses. A failed write may or may not have been executed. */
  async #operate(worker, index, report) {
    const [kind, operation] = this.#operation(`w${worker}/k${index % keysPerWorker}`, index);
    const start = performance.now();
    try {
      await operation();
    } catch (error) {
      if (!isStorageError(error)) throw error;
      report.addFailure(kind, error);
    }
    report.operations++;
    report.slowestMs = Math.max(report.slowestMs, performance.now() - start);
  }

  #operation(key, index) {
    const bucket = this.#bucket;
    if (index % 100 === 99) return ['put in parts', () => this.#put(`${key}-large`, largeSize, { partSize })];
    switch (index % 10) {
      case 0:
      case 1:
      case 2:
        return ['get', async () => this.#check(key, await this.#read(key))];
      case 3:
        return ['stat', () => bucket.exists(key)];
      case 4:
        return ['list', () => bucket.list({ prefix: key })];
      case 5:
        return ['conditional put', () => this.#put(`${key}-${index}`, 1000, { ifNoneMatch: '*' })];
      case 6:
        return ['delete', () => this.#write(key, null, () => bucket.delete(key))];
      default:
        return ['put', () => this.#put(key, 400 + (index % 7) * 2000, {})];
    }
  }

  async #put(key, size, options) {
    const body = randomBytes(size);
    await this.#write(key, hash('sha256', body), () => this.#bucket.put(key, body, options));
  }

  async #write(key, value, write) {
    try {
      await write();
      this.#allowedValues.set(key, [value]);
    } catch (error) {
      this.#allowedValues.set(key, [...this.#allowed(key), value]);
      throw error;
    }
  }

  #allowed(key) {
    return this.#allowedValues.get(key) ?? [null];
  }

  #check(key, value) {
    const found = value ?? 'no object';
    assert.ok(this.#allowed(key).includes(value), `${key} lost an acknowledged write, or has a value that was never written: ${found}`);
  }

  async #read(key) {
    try {
      return hash('sha256', await (await this.#bucket.get(key)).bytes());
    } catch (error) {
      if (isStorageError(error, 'NoSuchKey')) return null;
      throw error;
    }
  }
}
