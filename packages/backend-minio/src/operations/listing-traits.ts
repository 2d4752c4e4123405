/** What listings of a server have shown, found out from its own answers, once for all buckets. Undefined: not known yet. */
export interface ListingTraits {
  /** Metadata comes with the listing when `metadata=true` asks for it: MinIO's extension. */
  metadata: boolean | undefined;
  /** Continuation tokens hold a key in MinIO's form. */
  keyTokens: boolean | undefined;
}

const mark = '[minio_cache:';

/** What a page is about, as far as its place matters. */
interface Page {
  readonly prefix: string;
  readonly maxKeys: number;
}

/**
 * The parameters by which a listing goes on behind a key; undefined while it isn't known what the server understands.
 *
 * MinIO loses entries after some values of `start-after` in silence: with `f/1` it counts the siblings `f-...` of the folder against the
 * page, and may stop before the folder. The tokens that it gives itself are free of that, and from the third page on they read a
 * snapshot. A token of the first form, made here, is exact and reads what is there now. But with each the server begins to walk all that
 * is left, not just the page, so it is used only where `start-after` may be wrong.
 */
export function positionQuery(after: string, page: Page, traits: ListingTraits): Readonly<Record<string, string>> | undefined {
  if (after === '') return {};
  if (traits.keyTokens === false || startsExactly(after, page)) return { 'start-after': after };
  if (traits.keyTokens === undefined) return undefined;
  return { 'continuation-token': Buffer.from(`${after}${mark}v2,return:]`).toString('base64') };
}

/**
 * Tells whether `start-after` is exact on MinIO: behind a name in the prefix's own folder. There it counts only siblings that the name
 * goes on from with a character before `/`, and walks a few entries more than the page takes: 4, and a sixteenth of the page.
 */
function startsExactly(after: string, { prefix, maxKeys }: Page): boolean {
  const name = after.slice(prefix.lastIndexOf('/') + 1);
  const counted = name.match(/[\0-.]/g)?.length ?? 0;
  return !name.includes('/') && !after.includes(mark) && counted <= 4 + maxKeys / 16;
}

/** Tells whether a token of the server holds a key in MinIO's form. */
export function isKeyToken(token: string): boolean {
  return Buffer.from(token, 'base64').toString().includes(mark);
}
