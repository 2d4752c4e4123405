import type { BodyLeaf, Call, Leaf } from '../calls/call.js';
import { isLeaf, leavesOf, noEtag, objectOf, optionsIndex } from '../calls/call.js';
import type { Content } from '../calls/content.js';

/** A program as JavaScript that runs by itself, on the store that it is given as {@link Backend.ofText} is. */
export function toCode(calls: readonly Call[], remarks: readonly string[] = []): string {
  const leaves = calls.flatMap(({ args }) => leavesOf(args));
  const needs = (kind: Leaf['$']) => leaves.some((leaf) => leaf.$ === kind);
  const closed = calls.some(({ client }) => client === 'closed');
  const files = needs('file');
  return [
    ...(files
      ? [
          "import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';",
          "import { tmpdir } from 'node:os';",
          "import { join } from 'node:path';",
        ]
      : []),
    "import { createDatastore } from '@anybucket/core';",
    '',
    "const store = process.argv[2] ?? 'memory:differ';",
    "const open = () => createDatastore(store.startsWith('{') ? JSON.parse(store) : store);",
    'const first = await open();',
    ...(calls.some(({ client }) => client === 'second') ? ['const second = await open();'] : []),
    ...(closed ? ['const closed = await open();', 'await closed.close();'] : []),
    ...(files ? ["const folder = mkdtempSync(join(tmpdir(), 'differ-'));", "mkdirSync(join(folder, 'folder'));"] : []),
    ...(needs('token') || calls.some(({ keepToken }) => keepToken !== undefined) ? ['const tokens = [];'] : []),
    ...(calls.some(({ method, reading }) => method === 'read' || reading?.as === 'hold') ? ['const held = [];'] : []),
    ...(needs('etag') || needs('time')
      ? [
          `const missing = { etag: '${noEtag}', lastModified: new Date() };`,
          'const infoOf = async (bucket, key) => first.bucket(bucket).stat(key).catch(() => missing);',
        ]
      : []),
    'const show = async (call) => call().then((answer) => console.log(answer), (error) => console.log(error.message));',
    '',
    ...calls.flatMap(statements),
    ...remarks.map((remark) => `// ${remark.replace(/[\n\r\u2028\u2029]/g, '\n// ')}`),
    '',
  ].join('\n');
}

function statements(call: Call): string[] {
  const { client, bucket, method, args, reading, keepToken } = call;
  const written = leavesOf(args).flatMap((leaf) =>
    leaf.$ === 'file' && leaf.content !== undefined
      ? [`writeFileSync(join(folder, ${literal(leaf.name)}), ${contentCode(leaf.content)});`]
      : [],
  );
  if (method === 'read') return [`await show(async () => held[${String(args[0])}]?.bytes());`];
  const target = bucket === undefined ? client : `${client}.bucket(${literal(bucket)})`;
  const aborts = args.some((arg) => isLeaf(arg, 'body') && arg.ends === 'aborts');
  const invoked = `${target}.${method}(${args.map((arg) => code(arg, call)).join(', ')})`;
  const lines = written;
  if (aborts) lines.push('var controller = new AbortController();');
  if (method === 'iterate')
    return [...lines, `await show(async () => { const all = []; for await (const one of ${invoked}) all.push(one); return all; });`];
  if (method === 'listPage' && keepToken !== undefined)
    return [...lines, `await show(async () => { const page = await ${invoked}; tokens[${keepToken}] = page.nextToken; return page; });`];
  if (method !== 'get') return [...lines, `await show(async () => ${invoked});`];
  if (reading?.as === 'hold') return [...lines, `await show(async () => (held[${reading.slot}] = await ${invoked}).info);`];
  const read = reading?.as === 'stream' ? `toNodeStream().toArray()` : `${reading?.as ?? 'bytes'}()`;
  return [
    ...lines,
    `await show(async () => { const object = await ${invoked}; return [object.info, object.range, await object.${read}]; });`,
  ];
}

/** A value as an expression. */
function code(value: unknown, call: Call): string {
  if (isLeaf(value)) return leafCode(value, call);
  if (value instanceof Date) return `new Date(${Number.isNaN(value.getTime()) ? 'NaN' : value.getTime()})`;
  if (Array.isArray(value)) return `[${value.map((one) => code(one, call)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return literal(value);
  const isLast = call.args[optionsIndex(call)] === value;
  const fields = Object.entries(value).map(
    ([name, inner]) => `${isLast ? name : name === '__proto__' ? `['__proto__']` : literal(name)}: ${code(inner, call)}`,
  );
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

function leafCode(leaf: Leaf, call: Call): string {
  switch (leaf.$) {
    case 'etag':
    case 'time': {
      const { bucket, key } = objectOf(call, leaf.of);
      const info = `(await infoOf(${literal(bucket)}, ${literal(key)}))`;
      if (leaf.$ === 'time') return `new Date(${info}.lastModified.getTime() + ${leaf.offset})`;
      return leaf.quoted ? `\`"\${${info}.etag}"\`` : `${info}.etag`;
    }
    case 'body':
      return bodyCode(leaf);
    case 'signal':
      return leaf.aborted ? 'AbortSignal.abort()' : 'controller.signal';
    case 'token':
      return `(tokens[${leaf.slot}] ?? 'no token')`;
    case 'file':
      return `join(folder, ${literal(leaf.name)})`;
    case 'fetch': {
      const headers = {
        ...(leaf.contentType === undefined ? {} : { 'content-type': leaf.contentType }),
        ...(leaf.contentLength === undefined ? {} : { 'content-length': String(leaf.contentLength) }),
      };
      const body =
        leaf.ends === undefined ? contentCode(leaf.content) : `ReadableStream.from(${chunksCode(leaf.content, 65_536, leaf.ends)})`;
      return `async () => new Response(${body}, { status: ${leaf.status}, headers: ${JSON.stringify(headers)} })`;
    }
  }
}

function bodyCode({ content, form, chunk, ends }: BodyLeaf): string {
  const bytes = contentCode(content);
  const chunks = chunksCode(content, chunk, ends);
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

function chunksCode(content: Content, chunk: number, ends: BodyLeaf['ends']): string {
  const end = { throws: "throw new Error('the source failed');", junk: 'yield 42;', aborts: 'controller.abort();' };
  return `(async function* () { const bytes = ${contentCode(content)}; for (let at = 0; at < bytes.length; at += ${chunk}) yield bytes.subarray(at, at + ${chunk}); ${ends === undefined ? '' : end[ends]} })()`;
}

function contentCode(content: Content): string {
  if ('text' in content) return `Buffer.from(${literal(content.text)})`;
  const { size, fill } = content;
  return `Buffer.alloc(${size}, Buffer.from(Array.from({ length: 65521 }, (_, index) => index * 31 + (index >> 8))).subarray(${fill}))`;
}

function literal(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
