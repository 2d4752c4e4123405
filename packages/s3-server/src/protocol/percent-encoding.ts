const reserved = /[^A-Za-z0-9\-._~]/;
const reservedInPath = /[^A-Za-z0-9\-._~/]/;

/** Percent-encodes a text for the canonical request of a signature: everything except `A-Z a-z 0-9 - . _ ~`. */
export function encodeForSignature(text: string): string {
  return reserved.test(text) ? encodeURIComponent(text).replace(/[!'()*]/g, encodeCharacter) : text;
}

/** Like {@link encodeForSignature}, but keeps slashes. */
export function encodePathForSignature(path: string): string {
  if (!reservedInPath.test(path)) return path;
  return path.split('/').map(encodeForSignature).join('/');
}

/** Encodes a name in a listing with `encoding-type=url`, as MinIO does: a space is `+`, and `/` and `*` are kept. */
export function encodeListedName(name: string): string {
  if (!/[^A-Za-z0-9\-._/*]/.test(name)) return name;
  return encodeURIComponent(name)
    .replace(/[!'()~]/g, encodeCharacter)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/');
}

/** Decodes percent-encoding. Returns undefined if it is malformed, or not UTF-8. */
export function decodePercent(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function encodeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
