import { invalidArgument } from '../api/errors.js';

/** Characters that RFC 8187 allows in an extended value, apart from letters and digits. */
const attributeCharacters = /[^A-Za-z0-9!#$&+.^_`|~-]/g;

/**
 * Returns a `Content-Disposition` header (RFC 6266). A name beyond printable ASCII is given twice: in UTF-8 (RFC 8187), and with `?` in place
 * of the other characters for old clients.
 *
 * @throws `InvalidArgument` if the name contains a control character or a lone surrogate.
 */
export function contentDisposition(type: 'attachment' | 'inline', filename: string): string {
  if (/[\u0000-\u001f\u007f]/.test(filename) || !filename.isWellFormed())
    throw invalidArgument('`filename` must be well-formed Unicode without control characters');
  const ascii = filename.replace(/[^ -~]/gu, '?');
  const quoted = `${type}; filename="${ascii.replace(/["\\]/g, '\\$&')}"`;
  // Some clients decode `%41` in the plain form.
  if (ascii === filename && !/%[0-9A-Fa-f]{2}/.test(filename)) return quoted;
  const encoded = Buffer.from(filename).toString('latin1').replace(attributeCharacters, toPercent);
  return `${quoted}; filename*=UTF-8''${encoded}`;
}

function toPercent(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
