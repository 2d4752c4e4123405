import { StorageError, describeValue, invalidArgument } from '../api/errors.js';

/** The maximum size of a key, in bytes of UTF-8. */
export const maxKeyBytes = 1024;
/** The maximum size of a segment of a key (the part between two slashes), in bytes of UTF-8. */
export const maxSegmentBytes = 255;

const misplacedSlashOrNul = /^\/|\/\/|\0/;
// Like MinIO, treats `\` as a separator and ignores surrounding ASCII white space.
const dotSegment = /(?:^|[/\\])[\t-\r ]*\.{1,2}[\t-\r ]*(?:$|[/\\])/;
// MinIO stores the key `q/` as `q__XLDIR__`.
const folderSuffix = '__XLDIR__';
const endsInFolderSuffix = /__XLDIR__(?:$|\/)/;

/**
 * Validates a key by the rules of MinIO, the strictest backend, which resolves keys like paths.
 *
 * @throws `InvalidArgument` if the key is not a string, `KeyTooLongError` if it exceeds 1024 bytes, `InvalidKey` if it violates another rule.
 */
export function checkKey(key: unknown): asserts key is string {
  checkAnyKey(key);
  if (misplacedSlashOrNul.test(key)) throw invalidKey(key, 'a key must not begin with `/`, nor contain `//` or NUL');
  if (dotSegment.test(key)) throw invalidKey(key, 'a segment of a key must not be `.` or `..`');
  if (endsInFolderSuffix.test(key)) throw invalidKey(key, 'a segment of a key must not end in `__XLDIR__`, which MinIO reserves');
  if (
    key.length > maxSegmentBytes / 3 - folderSuffix.length &&
    key.split('/').some((segment, index, all) => Buffer.byteLength(segment) > segmentLimit(index, all))
  ) {
    throw invalidKey(key, `a segment of a key must not exceed ${maxSegmentBytes} bytes`);
  }
}

/**
 * Validates a key by the rules of S3, which accepts 1 to 1024 bytes of UTF-8.
 *
 * @throws `InvalidArgument` if the key is not a string, `KeyTooLongError` if it exceeds 1024 bytes, `InvalidKey` if it is empty or contains a
 *   lone surrogate.
 */
export function checkAnyKey(key: unknown): asserts key is string {
  if (typeof key !== 'string') throw invalidArgument(`the key must be a string, not ${describeValue(key)}`);
  if (key === '') throw invalidKey(key, 'a key must not be empty');
  if (!key.isWellFormed()) throw invalidKey(key, 'a key must be well-formed Unicode, but this one contains a lone surrogate');
  // A UTF-16 code unit takes at most 3 bytes of UTF-8, so short keys need not be measured.
  if (key.length > maxKeyBytes / 3 && Buffer.byteLength(key) > maxKeyBytes)
    throw new StorageError({ code: 'KeyTooLongError', key, message: `a key must not exceed ${maxKeyBytes} bytes` });
}

/** Returns the maximum size of a segment. The last one of a key that ends in `/` is shorter, because MinIO appends `__XLDIR__`. */
function segmentLimit(index: number, all: readonly string[]): number {
  return index === all.length - 2 && all.at(-1) === '' ? maxSegmentBytes - folderSuffix.length : maxSegmentBytes;
}

function invalidKey(key: string, message: string): StorageError {
  return new StorageError({ code: 'InvalidKey', key, message });
}
