import { createHmac } from 'node:crypto';
import { authorise } from './credentials.js';
import type { Credentials } from './credentials.js';
import { parseCredentialScope } from './credential-scope.js';
import type { SignatureVerifier } from './authenticate.js';
import { isSameSignature, sign } from './signature.js';
import { S3Error } from '../protocol/s3-error.js';

/** The fields of a form by lower-case name. */
export type FormFields = ReadonlyMap<string, string>;

/** Sizes in bytes that the file of a form may have. */
export interface SizeRange {
  readonly min: number;
  readonly max: number;
}

/** Fields that need no condition. */
const freeFields = new Set(['policy', 'x-amz-signature', 'awsaccesskeyid', 'signature', 'file']);
const isoDate = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * Verifies the signature of a form: version 4, or version 2, which older clients use.
 *
 * @throws `SignatureDoesNotMatch`, `InvalidAccessKeyId`, `InvalidArgument` for a form without signature, `AccessDenied` for a pair that may
 *   not write, and the errors of a malformed credential.
 */
export function authenticateForm(fields: FormFields, bucket: string, { credentials, signingKeys, region }: SignatureVerifier): Credentials {
  const policy = fields.get('policy') ?? '';
  const legacyKey = fields.get('awsaccesskeyid');
  const scope = legacyKey === undefined ? parseCredentialScope(fields.get('x-amz-credential') ?? '', region, 'query') : undefined;
  const pair = credentials.get(legacyKey ?? scope?.accessKey ?? '');
  if (pair === undefined) throw new S3Error('InvalidAccessKeyId');
  const name = scope === undefined ? 'signature' : 'x-amz-signature';
  const signature = fields.get(name);
  if (signature === undefined) throw new S3Error('InvalidArgument', { message: `Bucket POST must contain a field named '${name}'` });
  const expected =
    scope === undefined
      ? createHmac('sha1', pair.secretKey).update(policy).digest('base64')
      : sign(signingKeys.get(pair.secretKey, scope), policy);
  if (!isSameSignature(signature, expected)) throw new S3Error('SignatureDoesNotMatch');
  authorise({ credentials: pair }, 'write', bucket, false);
  return pair;
}

/**
 * Evaluates the policy of a form.
 *
 * @param fields with the bucket, and the key that the object gets.
 * @param now in milliseconds since the epoch.
 * @returns the sizes that the file may have.
 * @throws `InvalidPolicyDocument` if the policy is malformed, `AccessDenied` if it has expired, or a field does not meet it.
 */
export function evaluatePolicy(policy: string, fields: FormFields, now: number): SizeRange {
  const { expiration, conditions } = parsePolicy(policy);
  if (expiration.getTime() <= now) throw denied('Policy expired');
  const named = new Set<string>();
  let size: SizeRange = { min: 0, max: Infinity };
  for (const condition of conditions) {
    if (condition.kind === 'size') {
      size = condition;
      continue;
    }
    named.add(condition.field);
    const value = fields.get(condition.field);
    const isMet =
      condition.kind === 'eq' ? value === condition.value : condition.value === '' || value?.startsWith(condition.value) === true;
    if (!isMet) throw denied(`Policy Condition failed: [${condition.kind}, $${condition.field}, ${condition.value}]`);
  }
  for (const field of fields.keys()) {
    if (named.has(field) || freeFields.has(field) || field.startsWith('x-ignore-')) continue;
    throw new S3Error('AccessDenied', {
      message: `Access Denied. (Each form field that you specify in a form must appear in the list of policy conditions. "${canonicalName(field)}" not specified in the policy.)`,
    });
  }
  return size;
}

type Condition =
  | { readonly kind: 'eq' | 'starts-with'; readonly field: string; readonly value: string }
  | { readonly kind: 'size'; readonly min: number; readonly max: number };

function parsePolicy(policy: string): { readonly expiration: Date; readonly conditions: readonly Condition[] } {
  const document = parseJson(Buffer.from(policy, 'base64').toString());
  if (typeof document !== 'object' || document === null) throw invalidPolicy('Invalid JSON.');
  const { expiration, conditions, ...rest } = document as Record<string, unknown>;
  if (Object.keys(rest).length > 0) throw invalidPolicy(`Unexpected: '${Object.keys(rest)[0]}'.`);
  if (typeof expiration !== 'string' || !isoDate.test(expiration) || Number.isNaN(Date.parse(expiration)))
    throw invalidPolicy("Invalid 'expiration' value.");
  if (!Array.isArray(conditions)) throw invalidPolicy("Policy missing 'conditions'.");
  return { expiration: new Date(expiration), conditions: conditions.flatMap(parseCondition) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalidPolicy('Invalid JSON.', cause);
  }
}

function parseCondition(condition: unknown): Condition[] {
  if (Array.isArray(condition)) return [parseList(condition as unknown[])];
  const entries = typeof condition === 'object' && condition !== null ? Object.entries(condition) : [];
  if (entries.length === 0) throw invalidPolicy('Invalid Simple-Condition.');
  return entries.map(([field, value]) => {
    if (typeof value !== 'string') throw invalidPolicy('Invalid Simple-Condition: value must be a string.');
    return { kind: 'eq', field: field.toLowerCase(), value };
  });
}

function parseList(condition: readonly unknown[]): Condition {
  const [operation, first, second] = condition;
  const kind = typeof operation === 'string' ? operation.toLowerCase() : undefined;
  if (condition.length !== 3) throw invalidPolicy('Invalid Condition.');
  if (kind === 'content-length-range') return { kind: 'size', min: toSize(first), max: toSize(second) };
  if (kind !== 'eq' && kind !== 'starts-with') throw invalidPolicy('Invalid Condition: unknown operation.');
  if (typeof first !== 'string' || typeof second !== 'string' || !first.startsWith('$'))
    throw invalidPolicy('Invalid Condition: expected a field and a string.');
  return { kind, field: first.slice(1).toLowerCase(), value: second };
}

function toSize(value: unknown): number {
  const size = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (!Number.isSafeInteger(size) || (size as number) < 0) throw invalidPolicy('Invalid content-length-range.');
  return size as number;
}

/** Returns a name as Go writes headers: `X-Amz-Meta-Mood`. */
function canonicalName(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
}

function denied(reason: string): S3Error {
  return new S3Error('AccessDenied', { message: `Access Denied. (Invalid according to Policy: ${reason})` });
}

function invalidPolicy(detail: string, cause?: unknown): S3Error {
  return new S3Error('InvalidPolicyDocument', { message: `Invalid Policy: ${detail}`, cause });
}
