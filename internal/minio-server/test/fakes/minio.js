// A fake `minio` with the same command line and health check, and an empty list of buckets.
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, join } from 'node:path';

const [command, folder, , address] = process.argv.slice(2);

if (command === '--version') {
  // Like the real server, it prints the name of its own file.
  process.stdout.write(`${basename(process.argv[1])} version FAKE\n`);
} else if (process.env.FAKE_MINIO === 'broken') {
  process.stderr.write('FATAL: the disk is full\n');
  process.exitCode = 1;
} else if (process.env.FAKE_MINIO === 'port taken' && !existsSync(process.env.FAKE_RECORD)) {
  writeFileSync(process.env.FAKE_RECORD, '');
  process.stderr.write('FATAL: Specified port is already in use\n');
  process.exitCode = 1;
} else {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'object'), 'something to be removed');
  const [host, port] = address.split(':');
  const variables = Object.keys(process.env).filter((name) => name.startsWith('MINIO_'));
  appendFileSync(process.env.FAKE_RECORD, `${JSON.stringify({ pid: process.pid, folder, port: Number(port), variables })}\n`);
  const empty = '<?xml version="1.0"?><ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>';
  createServer((request, response) => response.end(request.url === '/' ? empty : '')).listen(Number(port), host);
}
