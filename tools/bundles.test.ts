/** Bundles a program per backend with everything it imports, and runs it in an empty folder. `npm run try` does so with every bundler. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import { expect, onTestFinished, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

const programs = [
  {
    backend: 'memory',
    program: `
      import { MemoryDatastore } from '@anybucket/backend-memory';
      const store = new MemoryDatastore({ buckets: { photos: { 'a.txt': 'hello' } } });
      await store.bucket('photos').put('b.txt', 'world');
      console.log(JSON.stringify(store), store.volume.readFileSync('/photos/b.txt', 'utf8'));`,
    output: '{"photos":{"a.txt":"hello","b.txt":"world"}} world',
  },
  {
    // The native locks are not part of a bundle, so the process has the root alone.
    backend: 'fs',
    program: `
      import { FsDatastore } from '@anybucket/backend-fs';
      const store = new FsDatastore({ root: 'data' });
      await store.createBucket('photos');
      await store.bucket('photos').put('a.txt', 'hello');
      const second = await new FsDatastore({ root: 'data' }).list().catch((error) => error.code);
      console.log(await (await store.bucket('photos').get('a.txt')).text(), second);
      await store.close();`,
    output: 'hello ConfigError',
  },
  {
    backend: 'minio',
    program: `
      import { MinioDatastore } from '@anybucket/backend-minio';
      const store = new MinioDatastore({ endPoint: 'host', tls: true, accessKey: 'key', secretKey: 'secret' });
      const url = new URL(await store.bucket('photos').presign('a.txt'));
      const client = await store.client();
      console.log(url.origin + url.pathname, typeof client.listBuckets);`,
    output: 'https://host/photos/a.txt function',
  },
  {
    backend: 's3-server',
    program: `
      import { MemoryDatastore } from '@anybucket/backend-memory'; import { serve } from '@anybucket/s3-server';
      const server = await serve(new MemoryDatastore(), { port: 0 });
      const { status } = await fetch(server.url);
      await server.close();
      console.log(status, server.requests[0]?.operation);`,
    output: '403 ListBuckets',
  },
];
const formats = [
  { format: 'esm', fileName: 'program.mjs' },
  { format: 'cjs', fileName: 'program.cjs' },
] as const;

test.each(programs.flatMap((program) => formats.map((format) => ({ ...program, ...format }))))(
  '$backend works in a bundle of format $format that runs without node_modules',
  async ({ program, output, format, fileName }) => {
    const folder = await mkdtemp(join(tmpdir(), 'anybucket-bundle-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const code = program.replace(/^( *import .*;)([^]*)$/m, '$1\nasync function main() {$2\n}\nvoid main();');
    const source = {
      name: 'program',
      resolveId: (id: string) => (id === 'program' ? join(root, 'program.js') : null),
      load: (id: string) => (id === join(root, 'program.js') ? code : null),
    };
    const bundle = await rolldown({ cwd: root, input: 'program', platform: 'node', plugins: [source] });
    const { output: files } = await bundle.generate({ format, entryFileNames: fileName });
    await bundle.close();
    for (const file of files) await writeFile(join(folder, file.fileName), file.type === 'chunk' ? file.code : file.source);
    const { stdout } = await promisify(execFile)(process.execPath, [fileName], { cwd: folder });
    expect(stdout.trim()).toBe(output);
  },
);
