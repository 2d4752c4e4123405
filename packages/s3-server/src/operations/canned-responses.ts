import type { ErrorCode } from '../protocol/error-codes.js';
import { S3Error } from '../protocol/s3-error.js';
import { documentResponse, emptyResponse, xmlResponse } from '../protocol/s3-response.js';
import { childOf, childrenOf, parseXml, textOf } from '../protocol/xml-parser.js';
import { parentElement, xmlDocument } from '../protocol/xml-writer.js';
import type { Access } from '../auth/credentials.js';
import type { Operation, OperationContext } from './operation.js';
import { ownerElements } from './owner.js';
import { requireBucket } from './require-bucket.js';

const maxBodyBytes = 1024 * 1024;

/** Returns an operation that gives the same document for each existing bucket. */
export function constantDocument(name: string, root: string, children: string): Operation {
  return {
    name,
    access: 'read',
    support: 'fixed',
    async handle(context) {
      await requireBucket(context);
      return xmlResponse(root, children);
    },
  };
}

/** Returns an operation that fails for each existing bucket, because the configuration that it names cannot exist. */
export function missingConfiguration(name: string, code: ErrorCode): Operation {
  return {
    name,
    access: 'read',
    support: 'fixed',
    async handle(context) {
      await requireBucket(context);
      throw new S3Error(code);
    },
  };
}

/** Returns an operation that removes a configuration, which cannot exist. */
export function removeNothing(name: string): Operation {
  return {
    name,
    access: 'write',
    support: 'fixed',
    async handle(context) {
      await requireBucket(context);
      return emptyResponse(204);
    },
  };
}

/** Returns an operation that the server does not support. */
export function unsupported(name: string, access: Access = 'write'): Operation {
  return {
    name,
    access,
    support: 'none',
    handle() {
      throw new S3Error('NotImplemented', { message: `${name} is not implemented` });
    },
  };
}

const fullControl = parentElement(
  'AccessControlList',
  parentElement(
    'Grant',
    '<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><Type>CanonicalUser</Type></Grantee><Permission>FULL_CONTROL</Permission>',
  ),
);

/** Returns an operation that gives the only access control list: the owner may do everything. */
export function getAcl(name: string): Operation {
  return {
    name,
    access: 'read',
    support: 'fixed',
    async handle(context) {
      await requireTarget(context);
      return documentResponse(200, xmlDocument('AccessControlPolicy', parentElement('Owner', ownerElements) + fullControl));
    },
  };
}

/** Returns an operation that accepts the only access control list, and refuses others. */
export function putAcl(name: string): Operation {
  return {
    name,
    access: 'write',
    support: 'fixed',
    async handle(context) {
      await requireTarget(context);
      const { request, body } = context;
      const canned = request.headers.get('x-amz-acl') ?? '';
      const document = canned === '' ? await body.bytes(maxBodyBytes) : undefined;
      const isPrivate = document === undefined ? canned === 'private' : await isPrivateList(document);
      if (!isPrivate) throw new S3Error('NotImplemented');
      return emptyResponse(200);
    },
  };
}

async function isPrivateList(document: Buffer): Promise<boolean> {
  const list = childOf(await parseXml(document, 'AccessControlPolicy'), 'AccessControlList');
  const grants = list === undefined ? [] : childrenOf(list, 'Grant');
  const [grant] = grants;
  if (grant === undefined) throw new S3Error('MalformedXML');
  return grants.length === 1 && textOf(grant, 'Permission') === 'FULL_CONTROL';
}

/** @throws `NoSuchBucket`, `NoSuchKey` */
async function requireTarget(context: OperationContext): Promise<void> {
  const { request, bucket, signal } = context;
  if (request.key === '') await requireBucket(context);
  else await bucket.stat(request.key, { signal });
}
