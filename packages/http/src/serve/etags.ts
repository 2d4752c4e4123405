/** A parsed entity tag (RFC 9110, 8.8.3). */
export interface EntityTag {
  readonly opaque: string;
  readonly isWeak: boolean;
}

const entityTag = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/y;

/** Parses one entity tag. Returns undefined if it is malformed. */
export function parseEntityTag(text: string): EntityTag | undefined {
  const [tag, ...others] = parseList(text) ?? [];
  return others.length === 0 && !text.includes(',') ? tag : undefined;
}

/** Parses the value of `If-Match` and `If-None-Match`. Returns undefined if it is malformed. */
export function parseEntityTags(text: string): readonly EntityTag[] | '*' | undefined {
  return text.trim() === '*' ? '*' : parseList(text);
}

/** Parses a list, with empty members as recipients must accept them (RFC 9110, 5.6.1). */
function parseList(text: string): readonly EntityTag[] | undefined {
  const tags: EntityTag[] = [];
  let position = skip(text, 0);
  while (position < text.length) {
    entityTag.lastIndex = position;
    const match = entityTag.exec(text);
    if (match === null) return undefined;
    tags.push({ opaque: match[2] ?? '', isWeak: match[1] !== undefined });
    const end = entityTag.lastIndex;
    position = skip(text, end);
    if (position < text.length && !text.slice(end, position).includes(',')) return undefined;
  }
  return tags.length === 0 ? undefined : tags;
}

/** Returns the position after white space and commas. */
function skip(text: string, position: number): number {
  let end = position;
  while (text[end] === ' ' || text[end] === '\t' || text[end] === ',') end++;
  return end;
}
