/** What listings of a server have shown, found out from its own answers, once for all buckets. Undefined: not known yet. */
export interface ListingTraits {
  /** Metadata comes with the listing when `metadata=true` asks for it: MinIO's extension. */
  metadata: boolean | undefined;
  /** Continuation tokens hold a key in MinIO's form. */
  keyTokens: boolean | undefined;
}

const mark = '[minio_cache:';

/**
 * The parameters by which a listing goes on behind a key; undefined while it isn't known what the server understands.
 *
 * MinIO loses entries after some values of `start-after` in silence: with `f/1` it counts the siblings `f-...` of the folder against the
 * page, and may stop before the folder. The tokens that it gives itself are free of that, and from the third page on they read a
 * snapshot. A token of the first form, made here, is exact and reads what is there now.
 */
export function positionQuery(after: string, traits: ListingTraits): Readonly<Record<string, string>> | undefined {
  if (after === '') return {};
  if (traits.keyTokens === undefined) return undefined;
  if (!traits.keyTokens) return { 'start-after': after };
  return { 'continuation-token': Buffer.from(`${after}${mark}v2,return:]`).toString('base64') };
}

/** Tells whether a token of the server holds a key in MinIO's form. */
export function isKeyToken(token: string): boolean {
  return Buffer.from(token, 'base64').toString().includes(mark);
}
