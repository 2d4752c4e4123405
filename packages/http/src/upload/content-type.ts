/** The content type of a file without one, or with one that is not valid. */
const defaultType = 'application/octet-stream';

const mediaType = /^[!#$%&'*+.^_`|~\w-]+\/[!#$%&'*+.^_`|~\w-]+(?:[ \t]*;[ -~]*)?$/;

/** Returns the content type to be stored. */
export function toContentType(header: string | undefined): string {
  const type = header?.trim() ?? '';
  return mediaType.test(type) ? type : defaultType;
}

/** Returns the content type in lower case, without parameters. */
export function essenceOf(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

/** Returns whether a content type is one of a list, which may have patterns such as `image/*`. */
export function isAllowedType(contentType: string, allowed: readonly string[]): boolean {
  const essence = essenceOf(contentType);
  return allowed.some((pattern) => {
    const type = pattern.toLowerCase();
    return type === '*/*' || type === essence || (type.endsWith('/*') && essence.startsWith(type.slice(0, -1)));
  });
}
