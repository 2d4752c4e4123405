import type { PresignOptions, ResponseHeaders } from '../api/options.js';
import type { PresignMethod } from '../driver/optional-drivers.js';
import { describeValue, invalidArgument, quote } from '../api/errors.js';
import { contentDisposition } from '../rules/content-disposition.js';
import { maxParts } from '../rules/etags.js';
import { isHeaderText, normaliseHeaders } from '../rules/headers.js';
import { isPlainObject } from '../rules/is-plain-object.js';
import { encodeMetadataValue, normaliseMetadata } from '../rules/metadata.js';
import { checkDigest } from './put.js';
import {
  validatedElsewhere,
  checkOptions,
  requireSignal,
  requireNonEmptyString,
  requireInteger,
  requireString,
  requireStringRecord,
} from './check-options.js';
import type { OptionChecks } from './check-options.js';
import type { BucketContext } from './bucket-context.js';

const methods: readonly unknown[] = ['GET', 'HEAD', 'PUT', 'DELETE'] satisfies PresignMethod[];
// In seconds.
const defaultExpiresIn = 3600;
export const requireExpiresIn = requireInteger(1, 7 * 24 * 3600);
const presignChecks: OptionChecks<PresignOptions> = {
  signal: requireSignal,
  method: requireMethod,
  versionId: requireNonEmptyString,
  expiresIn: requireExpiresIn,
  response: validatedElsewhere,
  contentType: validatedElsewhere,
  contentMD5: requireString,
  metadata: validatedElsewhere,
  headers: requireStringRecord,
  part: requirePart,
};

/** The header of each field of {@link ResponseHeaders}, which is the query parameter after `response-`. */
const responseNames = {
  contentType: 'content-type',
  contentDisposition: 'content-disposition',
  cacheControl: 'cache-control',
  contentEncoding: 'content-encoding',
  contentLanguage: 'content-language',
  expires: 'expires',
} as const satisfies Readonly<Record<keyof ResponseHeaders, string>>;

/** Creates a presigned URL. */
export async function presignObject(bucket: BucketContext, key: string, options: PresignOptions | undefined): Promise<string> {
  return bucket.run('presign', key, options, async () => {
    bucket.checkKey(key);
    const { signal, method = 'GET', expiresIn = defaultExpiresIn, ...rest } = checkOptions(options, presignChecks);
    checkMethod(method, rest);
    const presigner = bucket.requirePresigner();
    bucket.requireCapabilityFor(rest.versionId, 'versioning', '`versionId`');
    bucket.requireCapabilityFor(rest.part, 'uploads', '`part`');
    const query: Record<string, string> = { ...responseQuery(rest.response) };
    if (rest.versionId !== undefined) query['versionId'] = rest.versionId;
    if (rest.part !== undefined) {
      query['partNumber'] = String(rest.part.partNumber);
      query['uploadId'] = rest.part.uploadId;
    }
    return presigner.presign(bucket.name, key, { method, expiresIn, headers: signedHeaders(rest), query, signal });
  });
}

/** @throws `InvalidArgument` if an option requires another method. */
function checkMethod(method: PresignMethod, options: PresignOptions): void {
  for (const name of ['contentType', 'contentMD5', 'metadata', 'part'] as const)
    if (options[name] !== undefined && method !== 'PUT') throw invalidArgument(`\`${name}\` requires the method PUT`);
  if (options.response !== undefined && method !== 'GET' && method !== 'HEAD')
    throw invalidArgument('`response` requires the method GET or HEAD');
  if (options.versionId !== undefined && method === 'PUT') throw invalidArgument('`versionId` cannot be combined with the method PUT');
  if (options.part !== undefined && options.metadata !== undefined) throw invalidArgument('`part` and `metadata` exclude each other');
}

/** Returns the headers that the client must send. */
function signedHeaders({ contentType, contentMD5, metadata, headers = {} }: PresignOptions): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || !isHeaderText(value))
      throw invalidArgument(`\`headers\` must contain valid HTTP headers; ${quote(name)} is not`);
    result[name.toLowerCase()] = value.trim();
  }
  if (contentType !== undefined) result['content-type'] = normaliseHeaders({ contentType }).contentType;
  if (contentMD5 !== undefined) {
    checkDigest(contentMD5);
    result['content-md5'] = contentMD5;
  }
  for (const [name, value] of Object.entries(normaliseMetadata(metadata))) result[`x-amz-meta-${name}`] = encodeMetadataValue(value);
  return result;
}

function responseQuery(response: unknown): Record<string, string> {
  if (response === undefined) return {};
  if (!isPlainObject(response)) throw invalidArgument(`\`response\` must be a plain object, not ${describeValue(response)}`);
  for (const name of Object.keys(response))
    if (!Object.hasOwn(responseNames, name))
      throw invalidArgument(`unknown field ${quote(name)} of \`response\`; expected one of ${Object.keys(responseNames).join(', ')}`);
  const { contentDisposition: disposition, ...rest } = response as ResponseHeaders;
  const given = { ...rest, ...(disposition === undefined ? {} : { contentDisposition: dispositionText(disposition) }) };
  const headers = normaliseHeaders(given);
  const query: Record<string, string> = {};
  for (const [name, header] of Object.entries(responseNames) as [keyof ResponseHeaders, string][]) {
    const value = headers[name];
    if (given[name] !== undefined && value !== undefined) query[`response-${header}`] = value instanceof Date ? value.toUTCString() : value;
  }
  return query;
}

function dispositionText(disposition: unknown): string {
  if (typeof disposition === 'string') return disposition;
  const { type = 'attachment', filename } = Object(disposition) as { readonly type?: unknown; readonly filename?: unknown };
  if ((type !== 'attachment' && type !== 'inline') || typeof filename !== 'string' || filename === '')
    throw invalidArgument("`response.contentDisposition` must be a string, or have a `filename` and the `type` 'attachment' or 'inline'");
  return contentDisposition(type, filename);
}

function requireMethod(value: unknown, name: string): void {
  if (!methods.includes(value)) throw invalidArgument(`\`${name}\` must be one of ${methods.join(', ')}, not ${describeValue(value)}`);
}

function requirePart(value: unknown, name: string): void {
  if (!isPlainObject(value)) throw invalidArgument(`\`${name}\` must be a plain object with \`uploadId\` and \`partNumber\``);
  requireNonEmptyString(value.uploadId, `${name}.uploadId`);
  requireInteger(1, maxParts)(value.partNumber, `${name}.partNumber`);
}
