import type { ServerResponse } from 'node:http';
import type { ReceivedRequest } from './fake-server.js';

/** A response of the server. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** Returns another response than the honest one, or undefined to stay honest. */
export type Lie = (request: ReceivedRequest, honest: Reply) => Reply | undefined;

/** The operation of S3 that a request calls. */
export type S3Operation =
  | 'AbortMultipartUpload'
  | 'CompleteMultipartUpload'
  | 'CopyObject'
  | 'CreateBucket'
  | 'CreateMultipartUpload'
  | 'DeleteBucket'
  | 'DeleteObject'
  | 'DeleteObjects'
  | 'GetBucketLocation'
  | 'GetBucketVersioning'
  | 'GetObject'
  | 'GetObjectTagging'
  | 'HeadBucket'
  | 'HeadObject'
  | 'ListBuckets'
  | 'ListObjectVersions'
  | 'ListObjects'
  | 'PutBucketVersioning'
  | 'PutObject'
  | 'PutObjectTagging'
  | 'UploadPart';

export const date = 'Thu, 01 Jan 2026 00:00:00 GMT';
export const isoDate = '2026-01-01T00:00:00.000Z';
const partEtag = '"00000000000000000000000000000000"';
/** The body of each object. */
export const content = Buffer.alloc(200_000, 'content');
export const entryXml = (key: string): string =>
  `<Contents><Key>${key}</Key><Size>1</Size><ETag>"e"</ETag><LastModified>${isoDate}</LastModified></Contents>`;
export const versionXml = (key: string): string =>
  `<Version><Key>${key}</Key><VersionId>v</VersionId><Size>1</Size><ETag>"e"</ETag><LastModified>${isoDate}</LastModified></Version>`;

const namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

/** Returns a reply with an XML document. */
export function xml(root: string, elements: string): Reply {
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: `<${root} ${namespace}>${elements}</${root}>` };
}

/** Returns the operation of a request. */
export function operationOf({ method, url, headers }: ReceivedRequest): S3Operation {
  const { pathname, searchParams: query } = new URL(url, 'http://host');
  const [, bucket = '', ...key] = pathname.split('/');
  if (bucket === '') return 'ListBuckets';
  if (key.join('/') === '') {
    if (method === 'HEAD') return 'HeadBucket';
    if (method === 'DELETE') return 'DeleteBucket';
    if (method === 'POST') return 'DeleteObjects';
    if (query.has('versioning')) return method === 'PUT' ? 'PutBucketVersioning' : 'GetBucketVersioning';
    if (method === 'PUT') return 'CreateBucket';
    if (query.has('location')) return 'GetBucketLocation';
    return query.has('versions') ? 'ListObjectVersions' : 'ListObjects';
  }
  if (query.has('tagging')) return method === 'GET' ? 'GetObjectTagging' : 'PutObjectTagging';
  if (query.has('uploads')) return 'CreateMultipartUpload';
  if (query.has('uploadId'))
    return method === 'POST' ? 'CompleteMultipartUpload' : method === 'PUT' ? 'UploadPart' : 'AbortMultipartUpload';
  if (method === 'PUT') return headers['x-amz-copy-source'] === undefined ? 'PutObject' : 'CopyObject';
  return method === 'DELETE' ? 'DeleteObject' : method === 'HEAD' ? 'HeadObject' : 'GetObject';
}

/** A server with one object per key that answers every request as S3 does, except where it lies. */
export class LyingServer {
  /** Bytes sent in bodies. */
  bytesSent = 0;
  readonly #lie: Lie;
  readonly #sendsRequestIds: boolean;

  constructor(lie: Lie, sendsRequestIds = true) {
    this.#lie = lie;
    this.#sendsRequestIds = sendsRequestIds;
  }

  readonly respond = (request: ReceivedRequest, response: ServerResponse): void => {
    const truth = honestReply(request);
    const honest = this.#sendsRequestIds ? { ...truth, headers: { 'x-amz-request-id': 'R', ...truth.headers } } : truth;
    const { status, headers, body } = this.#lie(request, honest) ?? honest;
    response.writeHead(status, headers);
    if (body !== endless) {
      response.end(body);
      return;
    }
    // An answer without an end: sends until the client closes the connection.
    const send = (): void => {
      while (!response.destroyed && response.write(filler)) this.bytesSent += filler.length;
      this.bytesSent += filler.length;
    };
    response.on('drain', send);
    response.on('error', () => {});
    send();
  };
}

/** A body that never ends. */
export const endless = Buffer.alloc(1);
const filler = Buffer.alloc(64 * 1024, ' ');

function honestReply(request: ReceivedRequest): Reply {
  const objectHeaders = { etag: '"e"', 'last-modified': date, 'content-length': String(content.length) };
  const empty: Reply = { status: 200, headers: { 'content-length': '0' }, body: '' };
  switch (operationOf(request)) {
    case 'ListBuckets':
      return xml('ListAllMyBucketsResult', '<Buckets><Bucket><Name>bucket</Name></Bucket></Buckets>');
    case 'GetBucketLocation':
      return xml('LocationConstraint', '');
    case 'GetBucketVersioning':
      return xml('VersioningConfiguration', '<Status>Enabled</Status>');
    case 'ListObjects':
      return xml('ListBucketResult', `<IsTruncated>false</IsTruncated>${entryXml('a')}`);
    case 'ListObjectVersions':
      return xml('ListVersionsResult', `<IsTruncated>false</IsTruncated>${versionXml('a')}`);
    case 'DeleteObjects': {
      const keys = [...request.body.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key = '']) => key);
      return xml('DeleteResult', keys.map((key) => `<Deleted><Key>${key}</Key></Deleted>`).join(''));
    }
    case 'GetObjectTagging':
      return xml('Tagging', '<TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet>');
    case 'CopyObject':
      return xml('CopyObjectResult', `<ETag>"e"</ETag><LastModified>${isoDate}</LastModified>`);
    case 'CreateMultipartUpload':
      return xml('InitiateMultipartUploadResult', '<UploadId>u</UploadId>');
    case 'CompleteMultipartUpload': {
      const parts = request.body.split('<Part>').length - 1;
      return xml('CompleteMultipartUploadResult', `<ETag>"e-${parts}"</ETag>`);
    }
    case 'PutObject':
    case 'UploadPart':
      return { ...empty, headers: { ...empty.headers, etag: partEtag } };
    case 'HeadObject':
      return { status: 200, headers: objectHeaders, body: '' };
    case 'GetObject': {
      const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
      if (first === undefined) return { status: 200, headers: objectHeaders, body: content };
      const part = content.subarray(Number(first), Number(last) + 1);
      const range = { 'content-length': String(part.length), 'content-range': `bytes ${first}-${last}/${content.length}` };
      return { status: 206, headers: { ...objectHeaders, ...range }, body: part };
    }
    case 'DeleteObject':
    case 'DeleteBucket':
    case 'AbortMultipartUpload':
      return { status: 204, headers: {}, body: '' };
    default:
      return empty;
  }
}
