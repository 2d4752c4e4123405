import type { BodyLeaf, FetchLeaf, FileLeaf } from '../calls/call.js';
import { isLeaf } from '../calls/call.js';
import { bytesOf } from '../calls/content.js';
import { givesHeaders, headerCodes, headersOf, metadataCodes, metadataOf, tagCodes } from './attributes.js';
import { etagOfParts, md5 } from './bytes.js';
import { judgeWriter, sourceHolds, readConditionCodes, writeConditionCodes } from './conditions.js';
import { isObject, isWhole } from './kinds.js';
import { bucketNameFindings, keyFindings } from './names.js';
import { batchRules } from './options.js';
import { noVersion, noteKeyAndVersion } from './reading.js';
import { Refusal, refuse } from './refusal.js';
import type { Question } from './question.js';
import type { Thing } from './world.js';

/** The call ended with the reason of its signal. */
export class Aborted extends Error {}

const usualPart = 16 * 2 ** 20;

/** `put`. */
export function put(question: Question): unknown {
  const [key, data, third] = question.args;
  const length = isObject(third) ? undefined : third;
  question.note(...keyFindings(key));
  if (!isLeaf(data, 'body')) question.noteCodes(['InvalidArgument']);
  if (length !== undefined && !isWhole(0)(length)) question.noteCodes(['InvalidArgument']);
  noteAttributes(question);
  question.checked();
  return commit(question, data as BodyLeaf, length as number | undefined);
}

/** `fput`. */
export function putFile(question: Question): unknown {
  const [key, file] = question.args as [unknown, FileLeaf];
  const bytes = question.world.files.get(file.name);
  question.note(...keyFindings(key));
  noteAttributes(question);
  if (bytes === undefined) question.noteCodes(['InvalidArgument']);
  question.checked();
  const types: Readonly<Record<string, string>> = { txt: 'text/plain', json: 'application/json' };
  return store(question, bytes ?? Buffer.alloc(0), types[file.name.split('.')[1] ?? '']);
}

/** `putRequest`. */
export function putRequest(question: Question): unknown {
  const [url, key] = question.args;
  const answer = question.options['fetch'] as FetchLeaf;
  question.note(...keyFindings(key));
  if (typeof url !== 'string' || !/^https?:\/\/[a-z]/.test(url)) question.noteCodes(['InvalidArgument']);
  noteAttributes(question);
  question.checked();
  if (answer.status < 200 || answer.status > 299) refuse('RequestFailed', { status: answer.status });
  const content = bytesOf(answer.content);
  judgePlace(question);
  judgeParts(question, content, answer.ends);
  if (answer.ends === 'throws') refuse('IncompleteBody');
  if (answer.contentLength !== undefined && answer.contentLength !== content.length) refuse('IncompleteBody');
  return store(question, content, answer.contentType);
}

/** `fcopyTo`. */
export function copy(question: Question): unknown {
  const [target, key, source] = question.args;
  const { options, world } = question;
  const sourceConditions = question.conditions('source');
  const { ifMatch, ifNoneMatch } = options;
  const replaced = options['metadata'] !== undefined || givesHeaders(options);
  const from = { bucket: question.bucket, key: String(source) };
  question.note(...bucketNameFindings(target), ...keyFindings(key));
  question.note(...keyFindings(source).map((finding) => ('key' in finding ? { ...finding, bucket: from.bucket } : finding)));
  noteAttributes(question, 'conditionalCopy');
  question.noteCodes(readConditionCodes(sourceConditions));
  question.noteNeed('versioning', options['sourceVersionId']);
  const ontoItself = target === question.bucket && key === source && options['sourceVersionId'] === undefined;
  if (ontoItself && !replaced && options['tags'] === undefined) question.noteCodes(['InvalidRequest']);
  question.checked();
  // Of a source in a bucket that is missing the key doesn't matter; the call's own key is shown only where the bucket is the call's own.
  const aboutBucket = from.bucket === target ? {} : { bucket: from.bucket, key: undefined };
  const objects = world.buckets.get(from.bucket) ?? refuse('NoSuchBucket', aboutBucket);
  if (options['sourceVersionId'] !== undefined) refuse('NoSuchVersion', from);
  const original = objects.get(from.key) ?? refuse('NoSuchKey', from);
  if (!sourceHolds(sourceConditions, original)) refuse('PreconditionFailed', from);
  const present = question.objects(String(target)).get(String(key));
  judgeWriter({ ifMatch, ifNoneMatch }, present);
  const etag = md5(original.bytes).toString('hex');
  const beside: Pick<Thing, 'headers' | 'metadata'> = replaced
    ? { headers: headersOf(options), metadata: metadataOf(options['metadata']) }
    : original;
  const tags = options['tags'] === undefined ? original.tags : tagsOf(options['tags']);
  const { headers, metadata } = beside;
  const lastModified = question.store(String(target), String(key), { bytes: original.bytes, etag, headers, metadata, tags });
  return { etag, lastModified };
}

/** `delete` of one key or of many. */
export function remove(question: Question): unknown {
  const [keys] = question.args;
  const { world, bucket, options } = question;
  if (Array.isArray(keys)) {
    question.note(...keys.flatMap(keyFindings));
    question.noteOptions(batchRules);
    question.checked();
    const objects = question.objects();
    question.effects.push(() => keys.forEach((key: string) => objects.delete(key)));
    return { deleted: Array.from(new Set(keys)) };
  }
  const { ifMatch } = options;
  noteKeyAndVersion(question);
  question.noteCodes(writeConditionCodes({ ifMatch }));
  question.noteNeed('conditionalDelete', ifMatch);
  question.checked();
  judgeWriter({ ifMatch }, question.objects().get(String(keys)));
  // Of a version that doesn't exist nothing is deleted.
  if (options['versionId'] === undefined) question.effects.push(() => world.buckets.get(bucket)?.delete(String(keys)));
  return undefined;
}

/** `tags`. */
export function getTags(question: Question): unknown {
  return taggedThing(question).tags;
}

/** `setTags` and `removeTags`: neither ETag nor time change. */
export function setTags(question: Question): unknown {
  const tags = question.call.method === 'setTags' ? question.args[1] : {};
  if (tags === undefined) question.noteCodes(['InvalidArgument']);
  question.noteCodes(tagCodes(tags));
  const thing = taggedThing(question);
  question.effects.push(() => question.world.buckets.get(question.bucket)?.set(String(question.args[0]), { ...thing, tags: tagsOf(tags) }));
  return undefined;
}

function taggedThing(question: Question): Thing {
  noteKeyAndVersion(question);
  question.noteNeed('tags', '');
  question.checked();
  question.objects();
  noVersion(question);
  return question.thing(String(question.args[0]));
}

function noteAttributes(question: Question, conditional = 'conditionalPut'): void {
  const { options } = question;
  const { ifMatch, ifNoneMatch, contentMD5 } = options;
  question.noteOptions();
  question.noteCodes([...headerCodes(options), ...metadataCodes(options['metadata']), ...tagCodes(options['tags'])]);
  question.noteCodes(writeConditionCodes({ ifMatch, ifNoneMatch }));
  question.noteNeed(conditional, ifMatch ?? ifNoneMatch);
  question.noteNeed('tags', options['tags']);
  question.noteNeed('native', options['native']);
  if (typeof contentMD5 === 'string' && (contentMD5.length !== 24 || Buffer.from(contentMD5, 'base64').length !== 16))
    question.noteCodes(['InvalidDigest']);
}

/** Meets the refusals of a put in their order: the bucket, the condition, the body. */
function commit(question: Question, body: BodyLeaf, length: number | undefined): unknown {
  const aborts = body.ends === 'aborts' && question.options['signal'] !== undefined;
  judgePlace(question, aborts);
  const bytes = bytesOf(body.content);
  // A stream is read ahead, so its end may come before what is wrong with its bytes.
  const ahead = body.form === 'asyncIterable' ? undefined : body.ends;
  const reached = length !== undefined && length <= mostOf(question) ? length : Infinity;
  if (bytes.length > reached) throw new Refusal([{ code: 'IncompleteBody' }], ahead === 'aborts');
  judgeParts(question, bytes, ahead);
  if (length !== undefined && bytes.length > length) throw new Refusal([{ code: 'IncompleteBody' }], ahead === 'aborts');
  if (body.ends === 'throws') refuse('IncompleteBody');
  if (body.ends === 'junk') refuse('InvalidArgument');
  if (aborts) throw new Aborted();
  if (length !== undefined && bytes.length < length) refuse('IncompleteBody');
  return store(question, bytes);
}

/** The bucket and the condition. @param aborts whether the body aborts the call: a backend may have begun to read it. */
function judgePlace(question: Question, aborts = false): void {
  const { ifMatch, ifNoneMatch } = question.options;
  try {
    judgeWriter({ ifMatch, ifNoneMatch }, question.objects().get(keyOf(question)));
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(error.findings, aborts) : error;
  }
}

/** A key that ends in `/` takes one part. @param ahead how a source may end before that is seen */
function judgeParts(question: Question, bytes: Buffer, ahead?: BodyLeaf['ends']): void {
  if (bytes.length <= mostOf(question)) return;
  const findings = ['InvalidKey', ...(ahead === 'throws' ? ['IncompleteBody'] : [])];
  throw new Refusal(
    findings.map((code) => ({ code })),
    ahead === 'aborts',
  );
}

function mostOf(question: Question): number {
  return keyOf(question).endsWith('/') ? partSizeOf(question) : Infinity;
}

function partSizeOf({ options }: Question): number {
  return (options['partSize'] as number | undefined) ?? usualPart;
}

function store(question: Question, bytes: Buffer, type?: string): unknown {
  const { options } = question;
  judgePlace(question);
  judgeParts(question, bytes);
  if (options['contentMD5'] !== undefined && md5(bytes).toString('base64') !== options['contentMD5']) refuse('BadDigest');
  const etag = etagOfParts(bytes, partSizeOf(question));
  const headers = headersOf({ contentType: type, ...options });
  question.store(question.bucket, keyOf(question), {
    bytes,
    etag,
    headers,
    metadata: metadataOf(options['metadata']),
    tags: tagsOf(options['tags']),
  });
  return { etag };
}

function keyOf({ args, call }: Question): string {
  return String(args[call.method === 'putRequest' ? 1 : 0]);
}

function tagsOf(tags: unknown): Record<string, string> {
  return { ...(tags as Record<string, string> | undefined) };
}
