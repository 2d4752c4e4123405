import type { Call, Leaf } from '../calls/call.js';
import { isLeaf, leavesOf, noEtag, objectOf, resolveLeaves } from '../calls/call.js';
import { bytesOf } from '../calls/content.js';
import * as buckets from './buckets.js';
import * as listings from './listings.js';
import { Question } from './question.js';
import * as reading from './reading.js';
import { Refusal, faultOf } from './refusal.js';
import type { Fault } from './refusal.js';
import { World } from './world.js';
import * as writing from './writing.js';

/** What the model says that a call gives: a value, one of some faults, or the reason of the call's signal. */
export type Verdict =
  { readonly value: unknown } | { readonly faults: readonly Fault[]; readonly orAborted?: boolean } | { readonly aborted: true };

/** A verdict, what it would change, and the capabilities that it depends on. */
export interface Answer {
  readonly verdict: Verdict;
  readonly effects: readonly (() => void)[];
  readonly consulted: ReadonlySet<string>;
}

/** Which capabilities a backend has, by name. */
export type CapabilityFlags = Readonly<Record<string, boolean>>;

type Rule = (question: Question) => unknown;

const { getBuckets, getBucket, createBucket, removeBucket, bucketExists } = buckets;
const datastoreRules: Readonly<Record<string, Rule>> = {
  list: buckets.listBuckets,
  bucket: buckets.bucketHandle,
  getBuckets,
  getBucket,
  createBucket,
  removeBucket,
  bucketExists,
};
const { list, listPage, listFilename, listVersions, versioning, setVersioning } = listings;
const bucketRules: Readonly<Record<string, Rule>> = {
  list,
  iterate: list,
  listPage,
  listFilename,
  listVersions,
  versioning,
  setVersioning,
  get: reading.getObject,
  fget: reading.getFile,
  stat: reading.stat,
  exists: reading.exists,
  presign: reading.presign,
  put: writing.put,
  fput: writing.putFile,
  putRequest: writing.putRequest,
  fcopyTo: writing.copy,
  delete: writing.remove,
  tags: writing.getTags,
  setTags: writing.setTags,
  removeTags: writing.setTags,
};

/**
 * A second implementation of the public API's rules, in memory and as plain as can be: one more judge beside the backends. It shares nothing
 * with them, so that a rule that all of them have wrong is seen too.
 */
export class Model {
  readonly world = new World();

  /** Answers a call for a backend with some capabilities. Changes no bucket until the effects are applied. */
  answer(call: Call, capabilities: CapabilityFlags): Answer {
    const question = new Question(
      call,
      resolveLeaves(call.args, (leaf) => this.#resolve(call, leaf)),
      this.world,
      capabilities,
    );
    for (const leaf of leavesOf(call.args)) {
      // Whatever becomes of the call, its file has been written.
      if (leaf.$ === 'file' && leaf.content !== undefined) this.world.files.set(leaf.name, bytesOf(leaf.content));
    }
    return { verdict: this.#judge(question), effects: question.effects, consulted: question.consulted };
  }

  #judge(question: Question): Verdict {
    const { call } = question;
    const about = contextOf(call, question.args);
    if (call.client === 'closed' && call.method !== 'bucket') return { faults: [faultOf({ code: 'DatastoreClosed' }, about)] };
    const { signal } = question.options;
    if (isLeaf(signal, 'signal') && signal.aborted) return { aborted: true };
    try {
      return { value: ruleOf(call)(question) };
    } catch (error) {
      if (error instanceof writing.Aborted) return { aborted: true };
      if (error instanceof Refusal)
        return { faults: error.findings.map((finding) => faultOf(finding, about)), ...(error.orAborted ? { orAborted: true } : {}) };
      throw error;
    }
  }

  /** What the model works with in the place of a leaf. Bodies, files and the like it takes as they are. */
  #resolve(call: Call, leaf: Leaf): unknown {
    if (leaf.$ !== 'etag' && leaf.$ !== 'time') return leaf;
    const { bucket, key } = objectOf(call, leaf.of);
    const thing = this.world.thing(bucket, key);
    if (leaf.$ === 'time') return new Date((thing?.lastModified ?? this.world.nextTime()).getTime() + leaf.offset);
    const etag = thing?.etag ?? noEtag;
    return leaf.quoted ? `"${etag}"` : etag;
  }
}

function ruleOf({ bucket, method }: Call): Rule {
  const rule = method === 'read' ? reading.readHeld : (bucket === undefined ? datastoreRules : bucketRules)[method];
  if (rule === undefined) throw new TypeError(`the model has no rule for ${method}`);
  return rule;
}

/** What a call's errors name beside their code. */
function contextOf({ bucket, method }: Call, args: readonly unknown[]): Omit<Fault, 'code' | 'status'> {
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  if (bucket === undefined)
    return { operation: method, bucket: ['list', 'getBuckets'].includes(method) ? undefined : text(args[0]), key: undefined };
  if (method === 'fcopyTo') return { operation: method, bucket: text(args[0]), key: text(args[1]) };
  const keyless = ['list', 'iterate', 'listPage', 'listFilename', 'listVersions', 'versioning', 'setVersioning'].includes(method);
  return { operation: method, bucket, key: keyless ? undefined : text(args[['putRequest', 'presign'].includes(method) ? 1 : 0]) };
}
