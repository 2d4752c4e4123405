/** The address and credentials of a MinIO server, in the form of the options of `MinioDatastore`. */
export interface MinioAddress {
  readonly endPoint: string;
  readonly port: number;
  readonly tls: boolean;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

const expectedForm = 'http://KEY:SECRET@HOST:PORT[?region=...], with https:// for TLS';

/**
 * Parses the address of a running server. Errors never contain the text, because it contains a secret.
 * @param text an `http://`, `https://` or `minio://` URL (the latter with `?tls=true` for TLS) with percent-encoded credentials.
 * @param variable the environment variable that contains it, for error messages.
 * @throws Error for an invalid URL.
 */
export function parseAddress(text: string, variable: string): MinioAddress {
  // `new URL` would throw an error that contains the text.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:', 'minio:'].includes(url.protocol) || !url.hostname || !url.username || !url.password) {
    throw new Error(`${variable} must have the form ${expectedForm}.`);
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

/** Returns the datastore URL of an address, including the credentials. */
export function toUrl(address: MinioAddress): string {
  const credentials = `${encodeURIComponent(address.accessKey)}:${encodeURIComponent(address.secretKey)}`;
  const query = new URLSearchParams();
  if (address.region !== 'us-east-1') query.set('region', address.region);
  if (address.tls) query.set('tls', 'true');
  return `minio://${credentials}@${address.endPoint}:${address.port}${query.size > 0 ? `?${query.toString()}` : ''}`;
}

/** Returns the HTTP URL of an address, without the credentials. */
export function toHttpUrl(address: MinioAddress): string {
  return `${address.tls ? 'https' : 'http'}://${address.endPoint}:${address.port}`;
}

function decode(text: string, variable: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error(`The credentials in ${variable} contain a \`%\` that is not part of a percent-encoding. Write it as \`%25\`.`);
  }
}
