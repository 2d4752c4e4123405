import { StorageError, invalidArgument } from '../api/errors.js';
import type { StorageErrorCode } from '../api/errors.js';

/** The longest key, in bytes of UTF-8. */
export const maxKeyBytes = 1024;
/** The longest part of a key between slashes, in bytes of UTF-8. */
export const maxSegmentBytes = 255;

const misplacedSlashOrNul = /^\/|\/\/|\0/;
// MinIO takes `\` for a separator here, and trims ASCII white space.
const dotSegment = /(?:^|[/\\])[\t-\r ]*\.{1,2}[\t-\r ]*(?:$|[/\\])/;
// MinIO's own name for a trailing slash: `q__XLDIR__` would be `q/`.
const folderMark = '__XLDIR__';
const endsInFolderMark = /__XLDIR__(?:$|\/)/;

/**
 * Refuses what no backend stores as it is, with MinIO's codes. On the server some of these are dangerous: it resolves them like paths.
 * @throws `InvalidArgument` (not a string), `KeyTooLongError`, `InvalidKey`.
 */
export function checkKey(key: unknown): asserts key is string {
  if (typeof key !== 'string') throw invalidArgument(`the key must be a string, not ${typeof key}`);
  if (key === '') throw refused('InvalidKey', key, 'the key is empty');
  if (!key.isWellFormed()) throw refused('InvalidKey', key, 'the key holds a lone surrogate, which UTF-8 cannot carry');
  // A code unit takes at most 3 bytes: short keys need no count.
  if (key.length > maxKeyBytes / 3 && Buffer.byteLength(key) > maxKeyBytes)
    throw refused('KeyTooLongError', key, `the key is longer than ${maxKeyBytes} bytes`);
  if (misplacedSlashOrNul.test(key)) throw refused('InvalidKey', key, 'a key must not begin with `/`, nor hold `//` or NUL');
  if (dotSegment.test(key)) throw refused('InvalidKey', key, 'no part of a key between slashes may be `.` or `..`');
  if (endsInFolderMark.test(key)) throw refused('InvalidKey', key, 'no part of a key may end in `__XLDIR__`');
  if (
    key.length > maxSegmentBytes / 3 - folderMark.length &&
    key.split('/').some((segment, index, all) => Buffer.byteLength(segment) > segmentLimit(index, all))
  ) {
    throw refused('InvalidKey', key, `a part of the key between slashes is longer than ${maxSegmentBytes} bytes`);
  }
}

/** The last segment of a key that ends in `/` is shorter: the server stores it with its own mark. */
function segmentLimit(index: number, all: readonly string[]): number {
  return index === all.length - 2 && all.at(-1) === '' ? maxSegmentBytes - folderMark.length : maxSegmentBytes;
}

function refused(code: StorageErrorCode, key: string, message: string): StorageError {
  return new StorageError({ code, key, message });
}
