import { compareBytes } from './bytes.js';
import { bucketNameFindings } from './names.js';
import { bucketListRules, signalRules } from './options.js';
import { refuse } from './refusal.js';
import type { Question } from './question.js';

/** What a handle on a bucket is in an answer. */
function handle(name: string): { readonly bucket: string } {
  return { bucket: name };
}

/** `list` of a datastore. */
export function listBuckets(question: Question): unknown {
  const [first] = question.args;
  question.noteOptions(bucketListRules);
  if (typeof first === 'string' && first !== 'array' && first !== 'str') question.noteCodes(['InvalidArgument']);
  question.checked();
  const returnType = typeof first === 'string' ? first : question.options['returnType'];
  const names = sortedNames(question);
  return returnType === 'str' ? names.join(',') : names;
}

/** `getBuckets`. */
export function getBuckets(question: Question): unknown {
  question.noteOptions(signalRules);
  question.checked();
  return sortedNames(question).map(handle);
}

/** `getBucket`. */
export function getBucket(question: Question): unknown {
  const name = checkedName(question);
  question.objects(name);
  return handle(name);
}

/** `bucket`, which asks nobody. */
export function bucketHandle(question: Question): unknown {
  question.note(...bucketNameFindings(question.args[0]));
  question.checked();
  return handle(question.args[0] as string);
}

/** `createBucket`. */
export function createBucket(question: Question): unknown {
  const name = checkedName(question);
  if (question.world.buckets.has(name)) return false;
  question.effects.push(() => question.world.buckets.set(name, new Map()));
  return true;
}

/** `removeBucket`. */
export function removeBucket(question: Question): unknown {
  const name = checkedName(question);
  const objects = question.world.buckets.get(name);
  if (objects === undefined) return false;
  if (objects.size > 0) refuse('BucketNotEmpty');
  question.effects.push(() => question.world.buckets.delete(name));
  return true;
}

/** `bucketExists`. */
export function bucketExists(question: Question): unknown {
  return question.world.buckets.has(checkedName(question));
}

function checkedName(question: Question): string {
  question.note(...bucketNameFindings(question.args[0]));
  question.noteOptions(signalRules);
  question.checked();
  return question.args[0] as string;
}

function sortedNames({ world }: Question): string[] {
  return Array.from(world.buckets.keys()).sort(compareBytes);
}
