import type { FileLeaf } from '../calls/call.js';
import { headerCodes } from './attributes.js';
import { judgeReader, readConditionCodes } from './conditions.js';
import { keyFindings } from './names.js';
import { infoOf } from './objects.js';
import { batchRules, signalRules } from './options.js';
import { partOf, rangeCodes } from './ranges.js';
import type { Part } from './ranges.js';
import { Refusal, refuse } from './refusal.js';
import type { Question } from './question.js';
import type { Thing } from './world.js';

/** Stands for any outcome: what a backend may do is not known. */
export const anything = Symbol('anything');

interface Opened {
  readonly info: unknown;
  readonly range?: Part;
}

/** `get`, and the reading of what it opened. */
export function getObject(question: Question): unknown {
  const { thing, opened, bytes } = open(question);
  const { reading = { as: 'bytes' } } = question.call;
  const { world, bucket } = question;
  if (reading.as === 'hold') {
    const held = { bucket, key: String(question.args[0]), bytes, thing };
    question.effects.push(() => world.held.set(reading.slot, held));
  }
  if (reading.as === 'cancel' || reading.as === 'hold') return opened;
  if (reading.as === 'text') return { ...opened, body: bytes.toString() };
  if (reading.as !== 'stream') return { ...opened, body: bytes };
  const chunks = Array.from({ length: Math.ceil(bytes.length / reading.chunkSize) }, (_, index) =>
    Math.min(reading.chunkSize, bytes.length - index * reading.chunkSize),
  );
  return { ...opened, body: bytes, chunks };
}

/** The reading of a body that `get` has left in a slot, once. */
export function readHeld(question: Question): unknown {
  const slot = question.args[0] as number;
  const held = question.world.held.get(slot);
  if (held === undefined) return undefined;
  question.effects.push(() => question.world.held.delete(slot));
  // Where readers have no snapshot, what comes of a body whose object has changed depends on how much had been sent.
  const changed = question.world.thing(held.bucket, held.key)?.lastModified !== held.thing.lastModified;
  return changed && !question.may('snapshotReads') ? anything : held.bytes;
}

/** `fget`. */
export function getFile(question: Question): unknown {
  const { name } = question.args[1] as FileLeaf;
  const { thing, bytes } = open(question);
  if (name === '' || name.startsWith('folder')) refuse('InvalidArgument');
  question.effects.push(() => question.world.files.set(name, bytes));
  return infoOf(question, String(question.args[0]), thing);
}

/** `stat` of one key or of many. */
export function stat(question: Question): unknown {
  const [keys] = question.args;
  if (Array.isArray(keys)) {
    question.note(...keys.flatMap(keyFindings));
    question.noteOptions(batchRules);
    question.checked();
    // No key, no question: nobody is asked whether the bucket is there.
    if (keys.length === 0) return [];
    const objects = question.world.buckets.get(question.bucket);
    // The one that is named is the one that was asked about first.
    if (objects === undefined) throw new Refusal(keys.map((key: string) => ({ code: 'NoSuchBucket', key })));
    return keys.map((key: string) => {
      const thing = objects.get(key);
      return thing === undefined ? undefined : infoOf(question, key, thing);
    });
  }
  noteKeyAndVersion(question);
  question.checked();
  const key = String(keys);
  question.objects();
  noVersion(question);
  return infoOf(question, key, question.thing(key));
}

/** `exists`. */
export function exists(question: Question): unknown {
  question.note(...keyFindings(question.args[0]));
  question.noteOptions(signalRules);
  question.checked();
  return question.objects().has(String(question.args[0]));
}

/** `presign`, of which only is told that it gives a URL. */
export function presign(question: Question): unknown {
  const [method, key] = question.args;
  const { contentType, versionId } = question.options;
  if (method !== 'GET' && method !== 'PUT') question.noteCodes(['InvalidArgument']);
  if (contentType !== undefined && method === 'GET') question.noteCodes(['InvalidArgument']);
  question.note(...keyFindings(key));
  question.noteOptions();
  question.noteCodes(headerCodes({ contentType }));
  question.noteNeed('presign', method);
  question.noteNeed('versioning', versionId);
  question.checked();
  return 'a URL';
}

/** Notes what is wrong with the key, the options, and what they need. */
export function noteKeyAndVersion(question: Question): void {
  question.note(...keyFindings(question.args[0]));
  question.noteOptions();
  question.noteNeed('versioning', question.options['versionId']);
  question.noteNeed('native', question.options['native']);
}

/** Only versions that don't exist are asked for. */
export function noVersion({ options }: Question): void {
  if (options['versionId'] !== undefined) refuse('NoSuchVersion');
}

function open(question: Question): { thing: Thing; opened: Opened; bytes: Buffer } {
  const { range } = question.options;
  const conditions = question.conditions();
  noteKeyAndVersion(question);
  if (question.call.method === 'fget' && (question.args[1] as FileLeaf).name === '') question.noteCodes(['InvalidArgument']);
  question.noteCodes(rangeCodes(range));
  question.noteCodes(readConditionCodes(conditions));
  question.checked();
  const key = String(question.args[0]);
  question.objects();
  noVersion(question);
  const thing = question.thing(key);
  judgeReader(conditions, thing);
  const info = infoOf(question, key, thing);
  if (range === undefined) return { thing, opened: { info }, bytes: thing.bytes };
  const part = partOf(range, thing.bytes.length);
  return { thing, opened: { info, range: part }, bytes: thing.bytes.subarray(part.start, part.end) };
}
