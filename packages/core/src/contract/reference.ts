import { createHash } from 'node:crypto';

/*
 * The suite's own idea of what is right. It shares no code with the library, so that a wrong rule of the library is seen.
 */

const defaultPart = 16 * 1024 * 1024;

/** MD5 in hex. */
export function md5(bytes: Uint8Array | string): string {
  return createHash('md5').update(bytes).digest('hex');
}

/** MD5 as `contentMD5` takes it. */
export function md5Base64(bytes: Uint8Array | string): string {
  return createHash('md5').update(bytes).digest('base64');
}

/** The ETag by the part rule. */
export function expectedEtag(body: Uint8Array, partSize = defaultPart): string {
  if (body.length <= partSize) return md5(body);
  const digests = createHash('md5');
  const parts = Math.ceil(body.length / partSize);
  for (let part = 0; part < parts; part++)
    digests.update(
      createHash('md5')
        .update(body.subarray(part * partSize, (part + 1) * partSize))
        .digest(),
    );
  return `${digests.digest('hex')}-${parts}`;
}

/** A copy in the order of the UTF-8 bytes. */
export function inByteOrder(keys: readonly string[]): string[] {
  return [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** What a listing of these keys gives, in the notation of `listed`. */
export function expectedListing(keys: readonly string[], { prefix = '', delimiter = '', startAfter = '' }): string[] {
  const entries: string[] = [];
  for (const key of inByteOrder(keys)) {
    if (!key.startsWith(prefix)) continue;
    const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const name = at === -1 ? key : key.slice(0, at + delimiter.length);
    if (startAfter !== '' && Buffer.compare(Buffer.from(name), Buffer.from(startAfter)) <= 0) continue;
    const entry = at === -1 ? name : `${name}*`;
    if (entries.at(-1) !== entry) entries.push(entry);
  }
  return entries;
}
