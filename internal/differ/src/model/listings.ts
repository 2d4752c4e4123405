import { isLeaf } from '../calls/call.js';
import { listed } from './listing.js';
import type { Entry } from './listing.js';
import { listedOf } from './objects.js';
import type { Question } from './question.js';
import { anything } from './reading.js';
import { refuse } from './refusal.js';
import { SomeOf } from './some-of.js';

/** `list` and `iterate`. */
export function list(question: Question): unknown {
  question.noteOptions();
  question.checked();
  const { limit = Infinity } = question.options as { limit?: number };
  return answered(question, entriesOf(question, startOf(question)), limit, (entry) => told(question, entry));
}

/** `listPage`. */
export function listPage(question: Question): unknown {
  const { options, world, call } = question;
  const { token } = options;
  const kept = isLeaf(token, 'token') ? world.tokens.get(token.slot) : undefined;
  question.noteOptions();
  // Where keys are not listed a page ends elsewhere, and what its token leads to is known to that backend alone.
  if (kept?.unsure === true && !question.may('listsBelowObjects')) return anything;
  if (token !== undefined && kept?.after === undefined) question.noteCodes(['InvalidArgument']);
  question.checked();
  const size = Math.min((options['pageSize'] as number | undefined) ?? 1000, 1000);
  const all = entriesOf(question, kept?.after ?? startOf(question));
  const page = all.slice(0, size);
  const slot = call.keepToken;
  const unsure = kept?.unsure === true || all.some(({ below }) => below);
  const next = { after: all.length > size ? page.at(-1)?.key : undefined, unsure };
  if (slot !== undefined) question.effects.push(() => world.tokens.set(slot, next));
  const entries = answered(question, all, size, (entry) => told(question, entry));
  if (entries instanceof SomeOf) return entries;
  return all.length > size ? { entries, nextToken: 'a token' } : { entries };
}

/** `listFilename`. */
export function listFilename(question: Question): unknown {
  const { contains = '', returnType, limit = Infinity } = question.options as { contains?: string; returnType?: string; limit?: number };
  question.noteOptions();
  question.checked();
  const all = entriesOf(question, startOf(question)).filter(({ key }) => key.includes(contains));
  const keys = answered(question, all, limit, ({ key }) => key);
  if (returnType !== 'str') return keys;
  return Array.isArray(keys) ? keys.join(',') : anything;
}

/** `listVersions` of a bucket that never kept any: each object is its own `null` version. */
export function listVersions(question: Question): unknown {
  question.noteOptions();
  question.noteNeed('versioning', '');
  question.checked();
  const { prefix = '' } = question.options as { prefix?: string };
  const all = listed(Array.from(question.objects().keys()), { prefix, delimiter: '', after: '' });
  return answered(question, all, Infinity, ({ key }) => {
    const { bytes, etag, lastModified } = question.thing(key);
    return { key, versionId: 'null', isLatest: true, isDeleteMarker: false, size: bytes.length, etag, lastModified };
  });
}

/** `versioning` of a bucket that never kept any. */
export function versioning(question: Question): unknown {
  question.noteOptions();
  question.noteNeed('versioning', '');
  question.checked();
  question.objects();
  return 'off';
}

/** `setVersioning`, only with states that there are not: the model keeps no versions. */
export function setVersioning(): unknown {
  return refuse('InvalidArgument');
}

function entriesOf(question: Question, after: string): Entry[] {
  const { prefix = '', delimiter, recursive = true } = question.options as { prefix?: string; delimiter?: string; recursive?: boolean };
  return listed(Array.from(question.objects().keys()), { prefix, delimiter: delimiter ?? (recursive ? '' : '/'), after });
}

function told(question: Question, { key, folder }: Entry): unknown {
  const { metadata = true } = question.options as { metadata?: boolean };
  return folder ? { key, isPrefix: true } : listedOf(key, question.thing(key), metadata);
}

/** The first entries; for a backend that need not list what is below objects, any of the listings that it may give. */
function answered(question: Question, all: readonly Entry[], max: number, tell: (entry: Entry) => unknown): unknown[] | SomeOf {
  const mayMiss = all.map(({ below }) => below);
  if (!mayMiss.includes(true) || question.may('listsBelowObjects')) return all.slice(0, max).map(tell);
  return new SomeOf(all.map(tell), mayMiss, max);
}

function startOf({ options }: Question): string {
  return (options['startAfter'] as string | undefined) ?? '';
}
