import { UploadError } from './upload-error.js';

/**
 * Returns the last segment of the name that a client sent, since browsers may send a path (RFC 7578, 4.2). Undefined if nothing is left, or if
 * it is `.` or `..`.
 *
 * @throws `InvalidFileName` for a control character.
 */
export function baseName(filename: string | undefined, field: string): string | undefined {
  if (filename === undefined) return undefined;
  if (/[\u0000-\u001f\u007f]/.test(filename))
    throw new UploadError('InvalidFileName', 'a file name must not contain control characters', { field });
  const name = filename.toWellFormed().slice(Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1);
  return name === '' || name === '.' || name === '..' ? undefined : name;
}
