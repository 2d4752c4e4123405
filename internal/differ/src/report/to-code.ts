import type { BodyPlaceholder, Call, Placeholder } from '../calls/call.js';
import {
  isPlaceholder,
  missingEtag,
  missingUpload,
  missingVersion,
  objectRef,
  optionsIndex,
  placeholdersIn,
  uploadMethods,
} from '../calls/call.js';
import type { Content } from '../calls/content.js';

/** Returns a program as JavaScript that runs on its own. Its argument is a datastore, as for `Backend.open`. */
export function toCode(calls: readonly Call[], comments: readonly string[] = []): string {
  const placeholders = calls.flatMap(({ args }) => placeholdersIn(args));
  const needs = (kind: Placeholder['$']) => placeholders.some((placeholder) => placeholder.$ === kind);
  const usesClosed = calls.some(({ client }) => client === 'closed');
  const usesFiles = needs('file');
  const requestsUrls = calls.some(({ request }) => request !== undefined);
  return [
    ...(usesFiles
      ? [
          "import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';",
          "import { readFile } from 'node:fs/promises';",
          "import { tmpdir } from 'node:os';",
          "import { join } from 'node:path';",
        ]
      : []),
    ...(requestsUrls ? ["import { request } from 'node:http';", "import { serve } from '@anybucket/s3-server';"] : []),
    "import { createDatastore } from '@anybucket/core';",
    '',
    "const location = process.argv[2] ?? 'memory:differ';",
    `const ${requestsUrls ? 'openStore' : 'open'} = () => createDatastore(location.startsWith('{') ? JSON.parse(location) : location);`,
    ...(requestsUrls
      ? [
          'const open = async () => {',
          '  const store = await openStore();',
          '  return store.capabilities.presign ? store : (await serve(store, { port: 0 })).datastore;',
          '};',
        ]
      : []),
    'const first = await open();',
    ...(calls.some(({ client }) => client === 'second') ? ['const second = await open();'] : []),
    ...(usesClosed ? ['const closed = await open();', 'await closed.close();'] : []),
    ...(usesFiles ? ["const folder = mkdtempSync(join(tmpdir(), 'differ-'));", "mkdirSync(join(folder, 'folder'));"] : []),
    ...(calls.some(({ method }) => method === 'listVersionsPage') ? ['const markers = [];'] : []),
    ...(calls.some(({ uploadSlot }) => uploadSlot !== undefined) ? ['const uploads = [];'] : []),
    ...(needs('partEtag')
      ? [
          'const partEtag = async (slot, number) =>',
          `  (await uploads[slot]?.listParts().catch(() => []))?.find(({ partNumber }) => partNumber === number)?.etag ?? '${missingEtag}';`,
        ]
      : []),
    ...(needs('version') || needs('versionId')
      ? [
          'const versionOf = async (bucket, key, index) => {',
          '  const all = (await first.bucket(bucket).listVersions({ prefix: key }).catch(() => [])).filter((one) => one.key === key);',
          `  return all[index % all.length]?.versionId ?? '${missingVersion}';`,
          '};',
        ]
      : []),
    ...(needs('token') || calls.some(({ tokenSlot }) => tokenSlot !== undefined) ? ['const tokens = [];'] : []),
    ...(calls.some(({ method, readMode }) => method === 'read' || readMode?.as === 'hold') ? ['const held = [];'] : []),
    ...(needs('etag') || needs('time')
      ? [
          `const missing = { etag: '${missingEtag}', lastModified: new Date() };`,
          'const infoOf = async (bucket, key) => first.bucket(bucket).stat(key).catch(() => missing);',
        ]
      : []),
    ...(requestsUrls
      ? [
          "const requestUrl = async (url, { method = 'GET', contentType, metadata = {} }, body) => {",
          "  const headers = contentType === undefined ? {} : { 'content-type': contentType };",
          '  for (const name in metadata) headers[`x-amz-meta-${name}`] = metadata[name];',
          '  const response = await new Promise((resolve, reject) =>',
          "    request(url, { method, headers }, resolve).on('error', reject).end(method === 'PUT' ? body : undefined));",
          '  const { etag, server, date, ...sent } = response.headers;',
          "  return [response.statusCode, etag, sent['content-type'], sent['cache-control'], Buffer.concat(await response.toArray()).toString()];",
          '};',
        ]
      : []),
    'const show = async (call) => call().then((result) => console.log(result), (error) => console.log(error.message));',
    '',
    ...calls.flatMap(statements),
    // The servers would keep the process alive.
    ...(requestsUrls ? ['setImmediate(() => process.exit());'] : []),
    ...comments.map((comment) => `// ${comment.replace(/[\n\r\u2028\u2029]/g, '\n// ')}`),
    '',
  ].join('\n');
}

function statements(call: Call): string[] {
  const { bucket, method, args, readMode, tokenSlot, uploadSlot } = call;
  const lines = placeholdersIn(args).flatMap((placeholder) =>
    placeholder.$ === 'file' && placeholder.content !== undefined
      ? [`writeFileSync(join(folder, ${literal(placeholder.name)}), ${contentCode(placeholder.content)});`]
      : [],
  );
  if (method === 'read') return [`await show(async () => held[${String(args[0])}]?.bytes());`];
  const target = targetCode(call);
  const aborts = args.some((arg) => isPlaceholder(arg, 'body') && arg.failure === 'aborts');
  const invocation = `${target}.${method}(${args.map((arg) => valueCode(arg, call)).join(', ')})`;
  if (aborts) lines.push('var controller = new AbortController();');
  if (method === 'iterate')
    return [...lines, `await show(async () => { const all = []; for await (const one of ${invocation}) all.push(one); return all; });`];
  if (method === 'listPage' && tokenSlot !== undefined)
    return [...lines, `await show(async () => { const page = await ${invocation}; tokens[${tokenSlot}] = page.nextToken; return page; });`];
  if (method === 'listVersionsPage' && tokenSlot !== undefined)
    return [...lines, `await show(async () => { const page = await ${invocation}; markers[${tokenSlot}] = page.next; return page; });`];
  if (method === 'createUpload' && bucket !== undefined)
    return [
      ...lines,
      `await show(async () => (uploads[${uploadSlot}] = Object.assign(await ${invocation}, { bucket: ${literal(bucket)} })));`,
    ];
  if (call.request !== undefined)
    return [
      ...lines,
      `await show(async () => requestUrl(await ${invocation}, ${valueCode(args[1] ?? {}, call)}, ${contentCode(call.request.content)}));`,
    ];
  if (method === 'fget' && isPlaceholder(args[1], 'file')) {
    const file = `await readFile(${valueCode(args[1], call)}, 'latin1')`;
    return [...lines, `await show(async () => [await ${invocation}, ${file}]);`];
  }
  if (method !== 'get') return [...lines, `await show(async () => ${invocation});`];
  if (readMode?.as === 'hold') return [...lines, `await show(async () => (held[${readMode.slot}] = await ${invocation}).info);`];
  const read = readMode?.as === 'stream' ? `toNodeStream().toArray()` : `${readMode?.as ?? 'bytes'}()`;
  return [
    ...lines,
    `await show(async () => { const object = await ${invocation}; return [object.info, object.range, await object.${read}]; });`,
  ];
}

function targetCode({ client, bucket, method, uploadSlot }: Call): string {
  if (bucket === undefined) return client;
  if (!uploadMethods.has(method)) return `${client}.bucket(${literal(bucket)})`;
  const missing = `first.bucket(${literal(bucket)}).upload(${literal(missingUpload.key)}, ${literal(missingUpload.id)})`;
  if (client === 'first') return `(uploads[${uploadSlot}] ?? ${missing})`;
  return `(uploads[${uploadSlot}] === undefined ? ${missing} : ${client}.bucket(uploads[${uploadSlot}].bucket).upload(uploads[${uploadSlot}].key, uploads[${uploadSlot}].id))`;
}

/** Returns a value as an expression. */
function valueCode(value: unknown, call: Call): string {
  if (isPlaceholder(value)) return placeholderCode(value, call);
  if (value instanceof Date) return `new Date(${Number.isNaN(value.getTime()) ? 'NaN' : value.getTime()})`;
  if (Array.isArray(value)) return `[${value.map((one) => valueCode(one, call)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return literal(value);
  const isOptions = call.args[optionsIndex(call)] === value;
  const fields = Object.entries(value).map(
    ([name, inner]) => `${isOptions ? name : name === '__proto__' ? `['__proto__']` : literal(name)}: ${valueCode(inner, call)}`,
  );
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

function placeholderCode(placeholder: Placeholder, call: Call): string {
  switch (placeholder.$) {
    case 'etag':
    case 'time': {
      const { bucket, key } = objectRef(call, placeholder.role);
      const info = `(await infoOf(${literal(bucket)}, ${literal(key)}))`;
      if (placeholder.$ === 'time') return `new Date(${info}.lastModified.getTime() + ${placeholder.offsetMs})`;
      return placeholder.quoted ? `\`"\${${info}.etag}"\`` : `${info}.etag`;
    }
    case 'version':
    case 'versionId': {
      const { bucket, key } = placeholder.$ === 'versionId' ? placeholder : { ...objectRef(call, placeholder.role), ...placeholder };
      return `await versionOf(${literal(bucket)}, ${literal(key)}, ${placeholder.index})`;
    }
    case 'partEtag': {
      const etag = `await partEtag(${call.uploadSlot}, ${placeholder.partNumber})`;
      return placeholder.quoted ? `\`"\${${etag}}"\`` : etag;
    }
    case 'marker':
      return `markers[${placeholder.slot}]`;
    case 'body':
      return bodyCode(placeholder);
    case 'signal':
      return placeholder.aborted ? 'AbortSignal.abort()' : 'controller.signal';
    case 'token':
      return `(tokens[${placeholder.slot}] ?? 'no token')`;
    case 'file':
      return `join(folder, ${literal(placeholder.name)})`;
    case 'fetch': {
      const headers = {
        ...(placeholder.contentType === undefined ? {} : { 'content-type': placeholder.contentType }),
        ...(placeholder.contentLength === undefined ? {} : { 'content-length': String(placeholder.contentLength) }),
      };
      const body =
        placeholder.failure === undefined
          ? contentCode(placeholder.content)
          : `ReadableStream.from(${sourceCode(placeholder.content, 65_536, placeholder.failure)})`;
      return `async () => new Response(${body}, { status: ${placeholder.status}, headers: ${JSON.stringify(headers)} })`;
    }
  }
}

function bodyCode({ content, form, chunkBytes, failure }: BodyPlaceholder): string {
  const bytes = contentCode(content);
  const chunks = sourceCode(content, chunkBytes, failure);
  switch (form) {
    case 'string':
      return 'text' in content ? literal(content.text) : `${bytes}.toString()`;
    case 'buffer':
      return bytes;
    case 'view':
      return `new Uint8Array(${bytes})`;
    case 'arrayBuffer':
      return `new Uint8Array(${bytes}).buffer`;
    case 'blob':
      return `new Blob([${bytes}])`;
    case 'nodeStream':
      return `(await import('node:stream')).Readable.from(${chunks}, { objectMode: false })`;
    case 'webStream':
      return `ReadableStream.from(${chunks})`;
    case 'iterable':
      return `[${bytes}]`;
    case 'asyncIterable':
      return chunks;
  }
}

function sourceCode(content: Content, chunkBytes: number, failure: BodyPlaceholder['failure']): string {
  const endings = { throws: "throw new Error('the source failed');", yieldsNonBytes: 'yield 42;', aborts: 'controller.abort();' };
  const ending = failure === undefined ? '' : endings[failure];
  return `(async function* () { const bytes = ${contentCode(content)}; for (let start = 0; start < bytes.length; start += ${chunkBytes}) yield bytes.subarray(start, start + ${chunkBytes}); ${ending} })()`;
}

function contentCode(content: Content): string {
  if ('text' in content) return `Buffer.from(${literal(content.text)})`;
  const { size, patternOffset } = content;
  return `Buffer.alloc(${size}, Buffer.from(Array.from({ length: 65521 }, (_, index) => index * 31 + (index >> 8))).subarray(${patternOffset}))`;
}

function literal(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
