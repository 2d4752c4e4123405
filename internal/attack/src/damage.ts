import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pick } from './random.js';

/** Numbers, texts and shapes that a field of a record or of the format may be damaged to. */
const numbers = [0, -1, 1, 2, 0.5, 1e-300, 1e300, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), 1e15, 253_402_300_800];
const texts = ['', '0', 'x'.repeat(5000), '\0', '../../x', '\ud800', 'text/plain\r\nx: y', 'd41d8cd98f00b204e9800998ecf8427e', '-1'];
const shapes: unknown[] = [true, false, [], {}, [[[[]]]], { length: 2 ** 32 }, { a: 1 }, { toString: 1 }, { 'x-amz-meta-a': 'b\r\nc' }];
const values: [unknown, ...unknown[]] = [null, undefined, ...numbers, ...numbers, ...texts, ...shapes];

/**
 * Damages one thing in the hidden folder of a root, or the time of a body so that its record no longer fits.
 * @returns what was done.
 */
export function damage(root: string, random: () => number): string {
  const hidden = join(root, '.anybucket');
  const entries = readdirSync(hidden, { recursive: true, withFileTypes: true }).map((entry) => join(entry.parentPath, entry.name));
  const files = entries.filter((path) => lstatSync(path).isFile() && !path.startsWith(join(hidden, 'tmp')));
  const textFiles = files.filter((path) => path.includes('/records/') || path.endsWith('.json'));
  const [firstText, ...otherTexts] = textFiles;
  const [firstFile, ...otherFiles] = files;
  // A body that is changed in place is another object, not a damaged one.
  const [firstOther, ...others] = files.filter((path) => !path.includes('/bodies/'));
  const touched = random() < 0.5 ? touchBodies(root, random) : '';
  const kind = random();
  if (kind < 0.6 && firstText !== undefined) return touched + damageField(pick(random, [firstText, ...otherTexts]), random);
  if (kind < 0.85 && firstOther !== undefined) return touched + damageBytes(pick(random, [firstOther, ...others]), random);
  if (firstFile !== undefined) return touched + replaceFile(pick(random, [firstFile, ...otherFiles]), random);
  return touched;
}

/** Gives bodies another time, as `git clone` and `cp -r` do. */
function touchBodies(root: string, random: () => number): string {
  const time = pick(random, [0, 1, 1_700_000_000, Date.now() / 1000 - 60, 4_000_000_000]);
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && !entry.parentPath.includes('.anybucket')) utimesSync(join(entry.parentPath, entry.name), time, time);
  }
  return `times of bodies set to ${time}; `;
}

function damageField(path: string, random: () => number): string {
  const text = readFileSync(path, 'utf8');
  const isFormat = path.endsWith('.json');
  const lines = isFormat ? [text] : text.split('\n');
  const index = Math.floor(random() * lines.length);
  let value: unknown;
  try {
    value = JSON.parse(lines[index] ?? '');
  } catch {
    return damageBytes(path, random);
  }
  if (typeof value !== 'object' || value === null) return damageBytes(path, random);
  const record = value as Record<string, unknown>;
  const name = pick(random, [
    'partSize',
    'partSize',
    'partSize',
    'expires',
    'metadata',
    'tags',
    '__proto__',
    'toJSON',
    ...Object.keys(record),
  ]);
  const damaged = pick(random, values);
  Object.defineProperty(record, name, { value: damaged, enumerable: true });
  const line = JSON.stringify(record);
  // Half the time as one more line, as a writer appends it.
  if (!isFormat && random() < 0.5) lines.push(line);
  else lines[index] = line;
  writeFileSync(path, lines.join('\n'));
  return `${name} of ${path} set to ${JSON.stringify(damaged)?.slice(0, 60)}`;
}

function damageBytes(path: string, random: () => number): string {
  const bytes = readFileSync(path);
  const at = Math.floor(random() * (bytes.length + 1));
  const rest = bytes.subarray(at);
  const [what, changed] = pick<readonly [string, Buffer]>(random, [
    ['cut off', bytes.subarray(0, at)],
    ['emptied', Buffer.alloc(0)],
    ['doubled', Buffer.concat([bytes, bytes])],
    ['given NUL bytes', Buffer.concat([bytes.subarray(0, at), Buffer.alloc(16), rest])],
    ['given invalid UTF-8', Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff, 0xc0, 0x80]), rest])],
    ['given a long line', Buffer.concat([bytes, Buffer.from(`\n${'['.repeat(200_000)}`)])],
    ['given 8 MB of lines', Buffer.concat([bytes, Buffer.from('\n{"body":"1-4"'.repeat(600_000))])],
  ]);
  writeFileSync(path, changed);
  return `${path} ${what} at ${at}`;
}

function replaceFile(path: string, random: () => number): string {
  rmSync(path, { recursive: true, force: true });
  const what = pick(random, ['nothing', 'a directory', 'a dangling link', 'a link to itself', 'a FIFO', 'a link to /dev/zero']);
  if (what === 'a directory') mkdirSync(path);
  if (what === 'a dangling link') symlinkSync('missing', path);
  if (what === 'a link to itself') symlinkSync(path, path);
  if (what === 'a FIFO') execFileSync('mkfifo', [path]);
  if (what === 'a link to /dev/zero') symlinkSync('/dev/zero', path);
  return `${path} replaced by ${what}`;
}
