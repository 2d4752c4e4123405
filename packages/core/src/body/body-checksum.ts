import type { ChecksumAlgorithm } from '../api/object-info.js';
import type { ChecksumRequest } from '../api/options.js';
import { StorageError } from '../api/errors.js';
import { compositeChecksum } from '../rules/checksums.js';
import { createChecksumHasher, shaHasher } from './checksum-hasher.js';
import type { ChecksumHasher } from './checksum-hasher.js';

/**
 * The checksum of a body, computed while it is read.
 *
 * That of a body larger than one part is the one that S3 can store: for CRCs that of the body, for SHA1 and SHA256 a composite one. A value
 * that the caller expects is always that of the body.
 */
export class BodyChecksum {
  readonly #algorithm: ChecksumAlgorithm;
  readonly #expected: string | undefined;
  /** Absent if only the checksums of the parts are needed. */
  readonly #whole: ChecksumHasher | undefined;
  /** Absent if the checksum is that of the body in any case. */
  readonly #parts: PartHasher | undefined;
  #outcome: { readonly value: string; readonly mismatch: StorageError | undefined } | undefined;

  private constructor({ algorithm, value }: ChecksumRequest, whole: ChecksumHasher | undefined, parts: PartHasher | undefined) {
    this.#algorithm = algorithm;
    this.#expected = value;
    this.#whole = whole;
    this.#parts = parts;
  }

  /**
   * Creates the checksum of one body.
   *
   * @param size size of the body in bytes. Undefined if it is unknown.
   * @param partSize in bytes; `Infinity` for a body that is never stored in parts.
   */
  static async create(request: ChecksumRequest, size: number | undefined, partSize: number): Promise<BodyChecksum> {
    const { algorithm, value } = request;
    const isSha = algorithm === 'SHA1' || algorithm === 'SHA256';
    const parts = isSha && (size ?? Infinity) > partSize ? new PartHasher(algorithm, partSize) : undefined;
    const whole = parts === undefined || value !== undefined ? await createChecksumHasher(algorithm) : undefined;
    return new BodyChecksum(request, whole, parts);
  }

  /** The checksum in base64. Undefined before {@link finish}, unless the caller gave it. */
  get value(): string | undefined {
    return this.#outcome?.value ?? (this.#parts === undefined ? this.#expected : undefined);
  }

  /** Adds bytes. Ignored after {@link finish}. */
  update(chunk: Uint8Array): void {
    if (this.#outcome !== undefined) return;
    this.#whole?.update(chunk);
    this.#parts?.update(chunk);
  }

  /** Ends the body. @throws `BadDigest` if the caller expects another checksum, repeatedly. */
  finish(): void {
    if (this.#outcome === undefined) {
      const actual = this.#whole?.digest();
      const value = this.#parts?.digest() ?? actual ?? '';
      const isExpected = this.#expected === undefined || actual === this.#expected;
      this.#outcome = { value, mismatch: isExpected ? undefined : this.#mismatch(actual) };
    }
    if (this.#outcome.mismatch !== undefined) throw this.#outcome.mismatch;
  }

  #mismatch(actual: string | undefined): StorageError {
    const message = `the ${this.#algorithm} of the data is ${actual}, expected ${this.#expected}`;
    return new StorageError({ code: 'BadDigest', message });
  }
}

/** Computes the composite checksum of a body in parts, or the plain one if it fits into one part. */
class PartHasher {
  readonly #algorithm: 'SHA1' | 'SHA256';
  readonly #partSize: number;
  readonly #values: string[] = [];
  #part: ChecksumHasher;
  #partBytes = 0;

  constructor(algorithm: 'SHA1' | 'SHA256', partSize: number) {
    this.#algorithm = algorithm;
    this.#partSize = partSize;
    this.#part = shaHasher(algorithm);
  }

  update(chunk: Uint8Array): void {
    let remaining = chunk;
    while (remaining.byteLength > 0) {
      // Ends a part only when another byte follows, so that a body of exactly one part keeps its plain checksum.
      if (this.#partBytes === this.#partSize) this.#endPart();
      const taken = remaining.subarray(0, this.#partSize - this.#partBytes);
      this.#part.update(taken);
      this.#partBytes += taken.byteLength;
      remaining = remaining.subarray(taken.byteLength);
    }
  }

  digest(): string {
    if (this.#values.length === 0) return this.#part.digest();
    this.#endPart();
    return compositeChecksum(this.#algorithm, this.#values);
  }

  #endPart(): void {
    this.#values.push(this.#part.digest());
    this.#part = shaHasher(this.#algorithm);
    this.#partBytes = 0;
  }
}
