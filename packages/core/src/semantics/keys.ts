import { StorageError, invalidArgument } from '../errors.js';
import type { StorageErrorCode } from '../errors.js';

/** The longest key, in bytes of UTF-8. */
export const maxKeyBytes = 1024;
/** The longest part of a key between slashes, in bytes of UTF-8. */
export const maxSegmentBytes = 255;

const misplacedSlashOrNul = /^\/|\/\/|\0/;
// MinIO takes `\` for a separator here, and trims what is not above a space.
const dotSegment = /(?:^|[/\\])[\0- ]*\.{1,2}[\0- ]*(?:$|[/\\])/;
// MinIO's own name for a trailing slash: `q__XLDIR__` would be `q/`.
const directoryMark = /__XLDIR__(?:$|\/)/;

/**
 * Refuses what no backend stores as it is, with MinIO's codes. On the server some of these are dangerous: it resolves them like paths.
 * @throws `InvalidArgument` (no string, empty), `KeyTooLongError`, `XMinioInvalidObjectName`, `XMinioInvalidResourceName`.
 */
export function checkKey(key: unknown): asserts key is string {
  if (typeof key !== 'string') throw invalidArgument(`the key must be a string, not ${typeof key}`);
  if (key === '') throw invalidArgument('the key is empty');
  if (!key.isWellFormed()) throw refused('XMinioInvalidObjectName', key, 'the key holds a lone surrogate, which UTF-8 cannot carry');
  // A code unit takes at most 3 bytes: short keys need no count.
  if (key.length > maxKeyBytes / 3 && Buffer.byteLength(key) > maxKeyBytes) throw refused('KeyTooLongError', key, `the key is longer than ${maxKeyBytes} bytes`);
  if (misplacedSlashOrNul.test(key)) throw refused('XMinioInvalidObjectName', key, 'a key must not begin with `/`, nor hold `//` or NUL');
  if (dotSegment.test(key)) throw refused('XMinioInvalidResourceName', key, 'no part of a key between slashes may be `.` or `..`');
  if (directoryMark.test(key)) throw refused('XMinioInvalidObjectName', key, 'no part of a key may end in `__XLDIR__`');
  if (key.length > maxSegmentBytes / 3 && key.split('/').some((segment) => Buffer.byteLength(segment) > maxSegmentBytes)) {
    throw refused('XMinioInvalidObjectName', key, `a part of the key between slashes is longer than ${maxSegmentBytes} bytes`);
  }
}

function refused(code: StorageErrorCode, key: string, message: string): StorageError {
  return new StorageError({ code, key, message });
}
