/** Where a MinIO server is and who we are to it: what `new MinioDatastore(...)` takes. */
export interface MinioAddress {
  readonly endPoint: string;
  readonly port: number;
  readonly tls: boolean;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

const form = 'http://KEY:SECRET@HOST:PORT[?region=...], with https:// for TLS';

/**
 * Reads the address of a server that runs already. The text is never part of an error, since it holds a secret.
 *
 * @param text - `http://`, `https://` or `minio://` (there `?tls=true` for TLS), with key and secret, percent-encoded where needed
 * @param variable - the environment variable that it stands in, for errors
 * @throws Error when it has another form
 */
export function parseAddress(text: string, variable: string): MinioAddress {
  // Asked beforehand: the error of `new URL` carries the whole text.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:', 'minio:'].includes(url.protocol) || !url.hostname || !url.username || !url.password) {
    throw new Error(`${variable} must have the form ${form}.`);
  }
  const tls = url.protocol === 'https:' || url.searchParams.get('tls') === 'true';
  return {
    endPoint: url.hostname,
    port: Number(url.port) || (tls ? 443 : 80),
    tls,
    region: url.searchParams.get('region') ?? 'us-east-1',
    accessKey: decode(url.username, variable),
    secretKey: decode(url.password, variable),
  };
}

/** The address as the URL by which anybucket connects, with the credentials in it. */
export function toUrl(address: MinioAddress): string {
  const user = `${encodeURIComponent(address.accessKey)}:${encodeURIComponent(address.secretKey)}`;
  const query = new URLSearchParams();
  if (address.region !== 'us-east-1') query.set('region', address.region);
  if (address.tls) query.set('tls', 'true');
  return `minio://${user}@${address.endPoint}:${address.port}${query.size > 0 ? `?${query.toString()}` : ''}`;
}

/** The address for people and for plain HTTP, without credentials. */
export function toHttpUrl(address: MinioAddress): string {
  return `${address.tls ? 'https' : 'http'}://${address.endPoint}:${address.port}`;
}

function decode(part: string, variable: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Error(`${variable} holds a \`%\` in key or secret that is no percent-encoding.`);
  }
}
