/** A path relative to the served folder. */
export interface FolderPath {
  /** Decoded segments joined by `/`, without one at the beginning. Empty, or ends in `/`, for a folder. */
  readonly path: string;
  /** The query, with `?`; empty if there is none. */
  readonly query: string;
}

/**
 * Parses the target of a request.
 *
 * @returns undefined for a path that no key can have or that is hidden: an empty segment, `.`, `..`, also encoded; an encoded slash,
 *   backslash or control character; or a path outside `basePath`.
 */
export function parsePath(target: string, basePath: string, allowHidden: boolean): FolderPath | undefined {
  // A client of a proxy sends an absolute URL.
  const [pathname, query] = split(target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/#.*$/s, ''));
  const base = basePath.replace(/\/$/, '');
  if (pathname !== base && !pathname.startsWith(`${base}/`)) return undefined;
  const segments = pathname.slice(base.length + 1).split('/');
  const decoded: string[] = [];
  for (const [index, segment] of segments.entries()) {
    const text = decode(segment);
    const isFolder = text === '' && index === segments.length - 1;
    if (text === undefined || !(isFolder || isReachable(text)) || (!allowHidden && isHidden(text))) return undefined;
    decoded.push(text);
  }
  return { path: decoded.join('/'), query };
}

/** Returns whether a path can have a segment: not an empty one, `.` or `..`, nor one with a slash, a backslash or a control character. */
export function isReachable(segment: string): boolean {
  return !/^\.{0,2}$|[/\\\u0000-\u001f\u007f]/.test(segment);
}

/** Returns whether a segment is hidden by default. */
export function isHidden(segment: string): boolean {
  return segment.startsWith('.') && segment !== '.well-known';
}

function split(target: string): [string, string] {
  const index = target.indexOf('?');
  return index < 0 ? [target, ''] : [target.slice(0, index), target.slice(index)];
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
