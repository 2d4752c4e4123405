/** The requirements of RFC 9110 on ranges and conditional requests, by section, for web responses and over a real connection. */
import type { Bucket } from '@anybucket/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { sendObject, serveObject } from '../src/index.js';
import { startServer } from './support.js';

const body = Array.from({ length: 1000 }, (_, index) => String.fromCharCode(97 + (index % 26))).join('');

interface Case {
  readonly section: string;
  readonly title: string;
  readonly method?: string;
  readonly key?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
  /** The expected body. Absent: not compared. */
  readonly body?: string;
  readonly response?: Readonly<Record<string, string | null>>;
  /** The expected parts of `multipart/byteranges`. */
  readonly parts?: readonly string[];
}

const [past, future] = ['Sat, 01 Jan 2000 00:00:00 GMT', 'Fri, 01 Jan 2100 00:00:00 GMT'];

/** `$etag` and `$time` are those of the object. */
const cases: readonly Case[] = [
  { section: '9.3.1', title: 'GET', headers: {}, status: 200, body, response: { 'accept-ranges': 'bytes', 'content-length': '1000' } },
  {
    section: '9.3.2',
    title: 'HEAD has the headers of GET and no content',
    method: 'HEAD',
    headers: {},
    status: 200,
    body: '',
    response: { 'content-length': '1000', etag: '$etag', 'last-modified': '$time' },
  },
  {
    section: '15.5.6',
    title: 'another method is a 405 with Allow',
    method: 'DELETE',
    headers: {},
    status: 405,
    response: { allow: 'GET, HEAD' },
  },
  {
    section: '15.5.5',
    title: 'a missing object is a 404, whatever the conditions (13.2.1)',
    key: 'b.txt',
    headers: { 'If-Match': '"x"', 'If-None-Match': '*' },
    status: 404,
  },

  { section: '13.1.1', title: 'If-Match with the ETag', headers: { 'If-Match': '$etag' }, status: 200 },
  { section: '13.1.1', title: 'If-Match with a list', headers: { 'If-Match': '"x", $etag , "y"' }, status: 200 },
  { section: '13.1.1', title: 'If-Match *', headers: { 'If-Match': '*' }, status: 200 },
  {
    section: '13.1.1',
    title: 'If-Match with another ETag',
    headers: { 'If-Match': '"x"' },
    status: 412,
    response: { 'content-range': null },
  },
  { section: '13.1.1', title: 'If-Match compares strongly', headers: { 'If-Match': 'W/$etag' }, status: 412 },
  { section: '13.1.1', title: 'If-Match of HEAD', method: 'HEAD', headers: { 'If-Match': '"x"' }, status: 412, body: '' },
  { section: '13.1.1', title: 'If-Match that is malformed is a 400', headers: { 'If-Match': 'x y' }, status: 400 },
  { section: '8.8.3', title: 'If-Match with * in a list is malformed', headers: { 'If-Match': '"x", *' }, status: 400 },

  { section: '13.1.2', title: 'If-None-Match with the ETag', headers: { 'If-None-Match': '$etag' }, status: 304, body: '' },
  { section: '13.1.2', title: 'If-None-Match with a list', headers: { 'If-None-Match': '"x",$etag' }, status: 304 },
  { section: '5.6.1', title: 'If-None-Match with empty members', headers: { 'If-None-Match': ', "x", ,$etag,' }, status: 304 },
  { section: '13.1.2', title: 'If-None-Match compares weakly', headers: { 'If-None-Match': 'W/"x", W/$etag' }, status: 304 },
  { section: '13.1.2', title: 'If-None-Match *', headers: { 'If-None-Match': '*' }, status: 304 },
  { section: '13.1.2', title: 'If-None-Match with another ETag', headers: { 'If-None-Match': '"x"' }, status: 200, body },
  { section: '8.8.3', title: 'an ETag may contain a comma', headers: { 'If-None-Match': '"a,b", "c"' }, status: 200 },
  { section: '13.1.2', title: 'If-None-Match that is malformed is ignored', headers: { 'If-None-Match': 'x y' }, status: 200 },
  { section: '13.1.2', title: 'If-None-Match of HEAD', method: 'HEAD', headers: { 'If-None-Match': '$etag' }, status: 304, body: '' },
  {
    section: '15.4.5',
    title: 'a 304 has ETag and Cache-Control, and no headers of the content',
    headers: { 'If-None-Match': '$etag' },
    status: 304,
    response: { etag: '$etag', 'cache-control': 'max-age=60', 'content-type': null, 'content-length': null, 'content-range': null },
  },
  {
    section: '15.4.5',
    title: 'a 304 has Expires and Vary',
    key: 'a.gz',
    headers: { 'If-None-Match': '*' },
    status: 304,
    response: { expires: 'Tue, 01 Jan 2030 00:00:00 GMT', vary: 'Accept-Encoding', 'content-encoding': null },
  },

  { section: '13.1.3', title: 'If-Modified-Since at the time of the object', headers: { 'If-Modified-Since': '$time' }, status: 304 },
  { section: '13.1.3', title: 'If-Modified-Since later', headers: { 'If-Modified-Since': future }, status: 304 },
  { section: '13.1.3', title: 'If-Modified-Since earlier', headers: { 'If-Modified-Since': past }, status: 200 },
  { section: '5.6.7', title: 'a date of RFC 850', headers: { 'If-Modified-Since': 'Sunday, 06-Nov-94 08:49:37 GMT' }, status: 200 },
  { section: '5.6.7', title: 'a date of asctime', headers: { 'If-Modified-Since': 'Fri Jan  1 00:00:00 2100' }, status: 304 },
  {
    section: '13.1.3',
    title: 'If-Modified-Since that is malformed is ignored',
    headers: { 'If-Modified-Since': '2100-01-01' },
    status: 200,
  },
  {
    section: '13.1.3',
    title: 'If-Modified-Since with an impossible date is ignored',
    headers: { 'If-Modified-Since': 'Wed, 31 Feb 2100 00:00:00 GMT' },
    status: 200,
  },
  {
    section: '13.1.3',
    title: 'If-Modified-Since is ignored with If-None-Match',
    headers: { 'If-Modified-Since': future, 'If-None-Match': '"x"' },
    status: 200,
  },
  { section: '13.1.4', title: 'If-Unmodified-Since at the time of the object', headers: { 'If-Unmodified-Since': '$time' }, status: 200 },
  { section: '13.1.4', title: 'If-Unmodified-Since earlier', headers: { 'If-Unmodified-Since': past }, status: 412 },
  { section: '13.1.4', title: 'If-Unmodified-Since that is malformed is ignored', headers: { 'If-Unmodified-Since': '0' }, status: 200 },
  {
    section: '13.1.4',
    title: 'If-Unmodified-Since is ignored with If-Match',
    headers: { 'If-Unmodified-Since': past, 'If-Match': '$etag' },
    status: 200,
  },

  {
    section: '13.2.2',
    title: 'If-Match takes precedence over If-None-Match',
    headers: { 'If-Match': '"x"', 'If-None-Match': '$etag' },
    status: 412,
  },
  {
    section: '13.2.2',
    title: 'If-Unmodified-Since takes precedence over If-None-Match',
    headers: { 'If-Unmodified-Since': past, 'If-None-Match': '$etag' },
    status: 412,
  },
  { section: '13.2.2', title: 'If-None-Match after If-Match', headers: { 'If-Match': '$etag', 'If-None-Match': '$etag' }, status: 304 },
  { section: '13.2.2', title: 'If-Modified-Since after If-Match', headers: { 'If-Match': '*', 'If-Modified-Since': future }, status: 304 },
  {
    section: '13.2.2',
    title: 'conditions take precedence over the range',
    headers: { 'If-None-Match': '$etag', Range: 'bytes=0-9' },
    status: 304,
  },
  {
    section: '13.2.2',
    title: 'conditions take precedence over a range that the object does not have',
    headers: { 'If-Match': '"x"', Range: 'bytes=5000-' },
    status: 412,
  },
  {
    section: '13.2.2',
    title: 'If-Match, then If-Range, then the range',
    headers: { 'If-Match': '$etag', 'If-Range': '$etag', Range: 'bytes=0-9' },
    status: 206,
  },

  {
    section: '14.1.2',
    title: 'first-last',
    headers: { Range: 'bytes=0-9' },
    status: 206,
    body: body.slice(0, 10),
    response: { 'content-range': 'bytes 0-9/1000', 'content-length': '10' },
  },
  {
    section: '14.1.2',
    title: 'first-',
    headers: { Range: 'bytes=990-' },
    status: 206,
    body: body.slice(990),
    response: { 'content-range': 'bytes 990-999/1000' },
  },
  {
    section: '14.1.2',
    title: '-suffix',
    headers: { Range: 'bytes=-10' },
    status: 206,
    body: body.slice(-10),
    response: { 'content-range': 'bytes 990-999/1000' },
  },
  { section: '14.1.2', title: 'one byte', headers: { Range: 'bytes=0-0' }, status: 206, body: 'a' },
  {
    section: '14.1.2',
    title: 'a last position after the end is reduced',
    headers: { Range: 'bytes=990-99999999999999999999' },
    status: 206,
    response: { 'content-range': 'bytes 990-999/1000' },
  },
  {
    section: '14.1.2',
    title: 'a suffix longer than the object is the object',
    headers: { Range: 'bytes=-5000' },
    status: 206,
    body,
    response: { 'content-range': 'bytes 0-999/1000' },
  },
  { section: '14.1', title: 'the unit is case-insensitive', headers: { Range: 'BYTES=0-9' }, status: 206 },
  { section: '14.2', title: 'another unit is ignored', headers: { Range: 'items=0-9' }, status: 200, body },
  ...[
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=a-b',
    'bytes=9-0',
    'bytes=0-9,x',
    'bytes 0-9',
    'bytes=0 - 9',
    'bytes=--9',
    'bytes=1-2-3',
    'bytes=0x0-9',
  ].map((range): Case => ({
    section: '14.2',
    title: `the malformed range ${range} is ignored`,
    headers: { Range: range },
    status: 200,
    body,
  })),
  {
    section: '14.2',
    title: 'the range of HEAD is ignored',
    method: 'HEAD',
    headers: { Range: 'bytes=0-9' },
    status: 200,
    response: { 'content-length': '1000', 'content-range': null },
  },
  {
    section: '15.5.17',
    title: 'a range after the end',
    headers: { Range: 'bytes=1000-' },
    status: 416,
    response: { 'content-range': 'bytes */1000' },
  },
  {
    section: '15.5.17',
    title: 'a suffix of 0',
    headers: { Range: 'bytes=-0' },
    status: 416,
    response: { 'content-range': 'bytes */1000' },
  },
  { section: '15.5.17', title: 'several ranges after the end', headers: { Range: 'bytes=1000-1001,2000-' }, status: 416 },
  {
    section: '15.5.17',
    title: 'a position beyond every object',
    headers: { Range: 'bytes=99999999999999999999-99999999999999999999' },
    status: 416,
  },
  {
    section: '15.5.17',
    title: 'a range of an empty object',
    key: 'empty.txt',
    headers: { Range: 'bytes=0-' },
    status: 416,
    response: { 'content-range': 'bytes */0' },
  },
  {
    section: '14.1.2',
    title: 'a suffix of an empty object is the object',
    key: 'empty.txt',
    headers: { Range: 'bytes=-5' },
    status: 200,
    body: '',
  },

  {
    section: '13.1.5',
    title: 'If-Range with the ETag',
    headers: { 'If-Range': '$etag', Range: 'bytes=0-9' },
    status: 206,
    body: body.slice(0, 10),
  },
  { section: '13.1.5', title: 'If-Range with another ETag', headers: { 'If-Range': '"x"', Range: 'bytes=0-9' }, status: 200, body },
  { section: '13.1.5', title: 'If-Range with a weak ETag', headers: { 'If-Range': 'W/$etag', Range: 'bytes=0-9' }, status: 200, body },
  { section: '13.1.5', title: 'If-Range with the time', headers: { 'If-Range': '$time', Range: 'bytes=0-9' }, status: 206 },
  { section: '13.1.5', title: 'If-Range with a later time', headers: { 'If-Range': future, Range: 'bytes=0-9' }, status: 200 },
  { section: '13.1.5', title: 'If-Range that is malformed', headers: { 'If-Range': 'yesterday', Range: 'bytes=0-9' }, status: 200 },
  {
    section: '13.1.5',
    title: 'If-Range with another ETag and a range after the end',
    headers: { 'If-Range': '"x"', Range: 'bytes=5000-' },
    status: 200,
    body,
  },
  { section: '13.1.5', title: 'If-Range without Range is ignored', headers: { 'If-Range': '"x"' }, status: 200 },

  {
    section: '15.3.7.2',
    title: 'several ranges',
    headers: { Range: 'bytes=0-9,200-209' },
    status: 206,
    parts: ['0-9', '200-209'],
    response: { 'content-range': null },
  },
  {
    section: '15.3.7.2',
    title: 'several ranges in the order of the request',
    headers: { Range: 'bytes=500-509, 0-9 ,-10' },
    status: 206,
    parts: ['500-509', '0-9', '990-999'],
  },
  {
    section: '15.3.7.2',
    title: 'several ranges, the first of which the object does not have',
    headers: { Range: 'bytes=5000-,0-9,500-509' },
    status: 206,
    parts: ['0-9', '500-509'],
  },
  {
    section: '15.3.7.2',
    title: 'one of several ranges exists',
    headers: { Range: 'bytes=5000-,0-9' },
    status: 206,
    body: body.slice(0, 10),
    response: { 'content-range': 'bytes 0-9/1000' },
  },
  {
    section: '15.3.7.2',
    title: 'ranges that overlap are one',
    headers: { Range: 'bytes=0-9,5-20' },
    status: 206,
    body: body.slice(0, 21),
    response: { 'content-range': 'bytes 0-20/1000' },
  },
  {
    section: '15.3.7.2',
    title: 'ranges with a small gap are one',
    headers: { Range: 'bytes=0-9,20-29' },
    status: 206,
    response: { 'content-range': 'bytes 0-29/1000' },
  },
  {
    section: '15.3.7.2',
    title: 'a suffix that overlaps is part of the range',
    headers: { Range: 'bytes=900-950,-100' },
    status: 206,
    response: { 'content-range': 'bytes 900-999/1000' },
  },
  {
    section: '15.3.7.2',
    title: 'several ranges with If-Range',
    headers: { 'If-Range': '$etag', Range: 'bytes=0-9,200-209' },
    status: 206,
    parts: ['0-9', '200-209'],
  },
  {
    section: '15.3.7.2',
    title: 'several ranges with another If-Range',
    headers: { 'If-Range': '"x"', Range: 'bytes=0-9,200-209' },
    status: 200,
    body,
  },
  {
    section: '14.2',
    title: 'too many ranges are ignored',
    headers: { Range: `bytes=${Array.from({ length: 17 }, (_, index) => `${index * 50}-${index * 50}`).join()}` },
    status: 200,
    body,
  },

  {
    section: '8.4',
    title: 'the stored encoding is sent, with Vary',
    key: 'a.gz',
    headers: {},
    status: 200,
    response: { 'content-encoding': 'gzip', vary: 'Accept-Encoding' },
  },
];

/** Objects that the cases request. */
export interface ServedObjects {
  readonly bucket: Bucket;
  /** The ETag of `a.txt`, in quotes. */
  readonly etag: string;
  readonly lastModified: string;
}

/** Writes the objects that the cases request. */
export async function putServedObjects(bucket: Bucket): Promise<ServedObjects> {
  const { etag } = await bucket.put('a.txt', body, { contentType: 'text/plain', cacheControl: 'max-age=60' });
  await bucket.put('empty.txt', '', { contentType: 'text/plain' });
  await bucket.put('a.gz', 'zip', { contentType: 'text/plain', contentEncoding: 'gzip', expires: new Date('2030-01-01T00:00:00Z') });
  const { lastModified } = await bucket.stat('a.txt');
  return { bucket, etag: `"${etag}"`, lastModified: lastModified.toUTCString() };
}

const transports: Readonly<Record<string, (bucket: Bucket, key: string, init: RequestInit) => Promise<Response>>> = {
  serveObject: (bucket, key, init) => serveObject(bucket, key, new Request('http://localhost/', init)),
  sendObject: async (bucket, key, init) => {
    const url = await startServer((request, response) => void sendObject(bucket, key, request, response));
    return fetch(url, init);
  },
};

/** Declares the tests. @param open is called once, before them. */
export function testRfc9110(open: () => Promise<ServedObjects>): void {
  let objects: ServedObjects;
  beforeAll(async () => {
    objects = await open();
  });

  describe.each(Object.entries(transports))('%s', (transport, respond) => {
    test.each(cases)('$section $title', async ({ method = 'GET', key = 'a.txt', headers, status, response: expected = {}, ...content }) => {
      const { bucket, etag, lastModified } = objects;
      const fill = (text: string): string => text.replace('$etag', etag).replace('$time', lastModified);
      const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fill(value)]));
      const response = await respond(bucket, key, { method, headers: { 'Accept-Encoding': 'identity', ...sent } });
      // `fetch` would decode an encoded body.
      const text = key === 'a.gz' && transport === 'sendObject' ? undefined : await response.text();
      const names = Object.keys(expected);
      const actual = {
        status: response.status,
        headers: Object.fromEntries(names.map((name) => [name, response.headers.get(name)])),
        body: text,
        parts: content.parts === undefined ? undefined : parse(response.headers, text ?? ''),
      };
      expect(actual).toEqual({
        status,
        headers: Object.fromEntries(names.map((name) => [name, typeof expected[name] === 'string' ? fill(expected[name]) : null])),
        body: content.body ?? text,
        parts: content.parts?.map(partOf),
      });
    });
  });
}

/** Returns the part of a range such as `0-9`. */
function partOf(range: string): Record<string, string> {
  const [first = 0, last = 0] = range.split('-').map(Number);
  return { 'content-type': 'text/plain', 'content-range': `bytes ${range}/1000`, body: body.slice(first, last + 1) };
}

/** Parses a body of type `multipart/byteranges`. */
function parse(received: Headers, text: string): Record<string, string>[] {
  const boundary = /^multipart\/byteranges; boundary=(\w+)$/.exec(received.get('content-type') ?? '')?.[1] ?? '';
  const [, ...parts] = `\r\n${text}`.split(`\r\n--${boundary}`);
  expect(parts.pop()).toBe('--\r\n');
  expect(received.get('content-length')).toBe(String(text.length));
  return parts.map((part) => {
    const [head = '', content = ''] = part.split('\r\n\r\n');
    const headers = head
      .trim()
      .split('\r\n')
      .map((line) => line.split(': '));
    return { ...Object.fromEntries(headers.map(([name = '', value = '']) => [name.toLowerCase(), value])), body: content };
  });
}
