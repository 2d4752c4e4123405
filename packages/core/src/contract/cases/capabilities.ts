import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { OperationCapability } from '../../api/capabilities.js';
import { isStorageError } from '../../api/errors.js';
import { readText } from '../bodies.js';
import { expectError } from '../assertions.js';
import { calls, createSourceFolder, entriesOf, fetchBody, unreachableUrl } from '../calls.js';
import type { CallArguments, OptionalCallName } from '../calls.js';
import { contractCase } from '../contract-case.js';
import type { Fixture } from '../fixture.js';

/** A call that needs a capability. */
interface Row {
  readonly id: string;
  readonly run: (args: CallArguments) => unknown;
}

const native = { headers: { 'x-test': '1' } };

const callCaseIds = {
  tags: 'not-implemented/tags',
  setTags: 'not-implemented/set-tags',
  removeTags: 'not-implemented/remove-tags',
  versioning: 'not-implemented/versioning',
  setVersioning: 'not-implemented/set-versioning',
  listVersions: 'not-implemented/list-versions',
  createUpload: 'not-implemented/create-upload',
  listUploads: 'not-implemented/list-uploads',
  listUploadsPage: 'not-implemented/list-uploads-page',
  listVersionsPage: 'not-implemented/list-versions-page',
  presignPost: 'not-implemented/presign-post',
  presign: 'not-implemented/presign-get',
} as const satisfies Record<OptionalCallName, string>;

/** Options that need a capability, in calls that do not. */
const optionRows: Readonly<Record<OperationCapability, readonly Row[]>> = {
  conditionalPut: [
    { id: 'not-implemented/put-if-match', run: ({ bucket }) => bucket.put('k', 'new', { ifMatch: '*' }) },
    { id: 'not-implemented/put-if-none-match', run: ({ bucket }) => bucket.put('new', 'new', { ifNoneMatch: '*' }) },
    {
      id: 'not-implemented/fput-if-none-match',
      run: ({ bucket, folder }) => bucket.fput('new-file', join(folder, 'source'), { ifNoneMatch: '*' }),
    },
    {
      id: 'not-implemented/put-request-if-none-match',
      run: ({ bucket }) => bucket.putRequest(unreachableUrl, 'new-response', { ifNoneMatch: '*', fetch: fetchBody }),
    },
  ],
  conditionalDelete: [
    { id: 'not-implemented/delete-if-match-other', run: ({ bucket }) => bucket.delete('k', { ifMatch: '"x"' }) },
    { id: 'not-implemented/delete-if-match', run: ({ bucket }) => bucket.delete('k', { ifMatch: '*' }) },
  ],
  conditionalCopy: [
    { id: 'not-implemented/copy-if-match', run: ({ bucket }) => bucket.fcopyTo(bucket.name, 'k', 'source', { ifMatch: '*' }) },
    { id: 'not-implemented/copy-if-none-match', run: ({ bucket }) => bucket.fcopyTo(bucket.name, 'new', 'source', { ifNoneMatch: '*' }) },
  ],
  tags: [
    { id: 'not-implemented/put-tags', run: ({ bucket }) => bucket.put('k', 'new', { tags: { a: 'b' } }) },
    {
      id: 'not-implemented/fput-tags',
      run: ({ bucket, folder }) => bucket.fput('k', join(folder, 'source'), { tags: { a: 'b' } }),
    },
    { id: 'not-implemented/copy-tags', run: ({ bucket }) => bucket.fcopyTo(bucket.name, 'k', 'source', { tags: { a: 'b' } }) },
  ],
  versioning: [
    { id: 'not-implemented/get-version', run: ({ bucket }) => bucket.get('k', { versionId: 'v' }) },
    {
      id: 'not-implemented/fget-version',
      run: ({ bucket, folder }) => bucket.fget('k', join(folder, 'target'), { versionId: 'v' }),
    },
    { id: 'not-implemented/stat-version', run: ({ bucket }) => bucket.stat('k', { versionId: 'v' }) },
    { id: 'not-implemented/delete-version', run: ({ bucket }) => bucket.delete('k', { versionId: 'v' }) },
    { id: 'not-implemented/copy-version', run: ({ bucket }) => bucket.fcopyTo(bucket.name, 'k', 'source', { sourceVersionId: 'v' }) },
  ],
  presign: [{ id: 'not-implemented/presign-put', run: ({ bucket }) => bucket.presign('k', { method: 'PUT' }) }],
  uploads: [{ id: 'not-implemented/put-part', run: async ({ bucket }) => bucket.upload('k', 'id').listParts() }],
  checksums: [{ id: 'not-implemented/put-checksum', run: ({ bucket }) => bucket.put('k', 'new', { checksum: { algorithm: 'SHA256' } }) }],
  native: [
    { id: 'not-implemented/get-native', run: ({ bucket }) => bucket.get('k', { native }) },
    { id: 'not-implemented/stat-native', run: ({ bucket }) => bucket.stat('k', { native }) },
    { id: 'not-implemented/put-native', run: ({ bucket }) => bucket.put('k', 'new', { native }) },
    { id: 'not-implemented/copy-native', run: ({ bucket }) => bucket.fcopyTo(bucket.name, 'k', 'source', { native }) },
  ],
};

const capabilityCaseIds = {
  conditionalPut: 'capabilities/conditional-put',
  conditionalDelete: 'capabilities/conditional-delete',
  conditionalCopy: 'capabilities/conditional-copy',
  tags: 'capabilities/tags',
  versioning: 'capabilities/versioning',
  presign: 'capabilities/presign',
  uploads: 'capabilities/uploads',
  checksums: 'capabilities/checksums',
  native: 'capabilities/native',
} as const satisfies Record<OperationCapability, string>;

function rowsOf(capability: OperationCapability): Row[] {
  const whole = entriesOf(callCaseIds).filter(([name]) => calls[name].requires === capability);
  return [...whole.map(([name, id]) => ({ id, run: calls[name].run })), ...optionRows[capability]];
}

async function callArguments(fixture: Fixture): Promise<CallArguments> {
  const { bucket } = fixture;
  const folder = await createSourceFolder(fixture);
  await bucket.put('k', 'old');
  await bucket.put('source', 'new');
  return { bucket, bucketName: bucket.name, key: 'k', folder };
}

/** Calls that need a capability: supported if it is true, and `NotImplemented` if it is false, never ignored. */
export const capabilityCases = [
  ...entriesOf(capabilityCaseIds).map(([capability, id]) =>
    contractCase(id, async (fixture) => {
      const args = await callArguments(fixture);
      const expected = fixture.datastore.capabilities[capability];
      for (const row of rowsOf(capability)) {
        const error = await Promise.resolve(row.run(args)).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        // The call may fail otherwise, such as for an unknown version.
        assert.equal(!isStorageError(error, 'NotImplemented'), expected, `${row.id}: ${String(error)}`);
      }
    }),
  ),

  ...entriesOf(capabilityCaseIds).flatMap(([capability]) =>
    rowsOf(capability).map(({ id, run }) =>
      contractCase(
        id,
        async (fixture) => {
          const args = await callArguments(fixture);
          const { bucket } = args;
          await expectError(() => run(args), 'NotImplemented', { bucket: bucket.name });
          assert.deepEqual(await bucket.listFilename(), ['k', 'source']);
          assert.equal(await readText(bucket, 'k'), 'old');
        },
        { requires: [`not ${capability}`] },
      ),
    ),
  ),
];
