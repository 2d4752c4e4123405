/** The name of the metadata that keeps the modification time of a file. */
export const mtimeName = 'mtime';

const nanosecondsPerSecond = 1_000_000_000n;

/**
 * Returns a modification time as it is kept in the metadata: in seconds since 1970, with nine decimals, as rclone writes it.
 *
 * @param nanoseconds nanoseconds since 1970.
 */
export function formatMtime(nanoseconds: bigint): string {
  const sign = nanoseconds < 0n ? '-' : '';
  const absolute = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const decimals = String(absolute % nanosecondsPerSecond).padStart(9, '0');
  return `${sign}${absolute / nanosecondsPerSecond}.${decimals}`;
}

/** Returns the seconds since 1970 of a time in the metadata; undefined if it is missing or malformed. */
export function parseMtime(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,12}(?:\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
}
