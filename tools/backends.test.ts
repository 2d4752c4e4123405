/** Keeps docs/backends.md true: what each backend declares, and what of the contract follows from it. `npm run docs:backends` makes it anew. */
import { fileURLToPath } from 'node:url';
import { FsDatastore } from '@anybucket/backend-fs';
import { MemoryDatastore } from '@anybucket/backend-memory';
import { MinioDatastore } from '@anybucket/backend-minio';
import type { Datastore } from '@anybucket/core';
import { operationCapabilities, traitCapabilities } from '@anybucket/core/backend';
import { contractCases } from '@anybucket/core/contract';
import { expect, test } from 'vitest';

const page = fileURLToPath(new URL('../docs/backends.md', import.meta.url));

// Making one does no I/O.
const backends: readonly Datastore[] = [
  new MemoryDatastore(),
  new FsDatastore({ root: 'never-opened' }),
  new MinioDatastore({ endPoint: 'localhost' }),
];

const meanings = {
  conditionalPut: '`ifMatch` and `ifNoneMatch` on put',
  conditionalDelete: '`ifMatch` on delete',
  conditionalCopy: '`ifMatch` and `ifNoneMatch` on the target of a copy',
  tags: 'object tags',
  versioning: 'versions of objects',
  presign: 'presigned URLs',
  native: 'options that go to the server as they are',
  listsBelowObjects: 'keys below `a/` are listed, and may have any name, while an object `a` exists',
  snapshotReads: 'a begun reader keeps its body, and holds no writer up',
  md5Etags: 'ETags are MD5s by the part rule',
  serverSideListMetadata: 'a listing with metadata costs no request an object',
  persistent: 'objects outlive the process',
} as const;

function row(...cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function capabilityRows(names: readonly (keyof typeof meanings)[]): string[] {
  return names.map((name) =>
    row(`\`${name}\``, meanings[name], ...backends.map(({ capabilities }) => (capabilities[name] ? 'yes' : 'no'))),
  );
}

function table(first: string, rows: readonly string[]): string {
  const names = backends.map(({ backend }) => backend);
  return [row(first, '', ...names), row('---', '---', ...names.map(() => '---')), ...rows].join('\n');
}

function casesRun({ capabilities }: Datastore): string {
  return String(contractCases.filter((one) => one.unmetRequirement(capabilities, true) === undefined).length);
}

test('docs/backends.md tells what the backends declare', async () => {
  const contract = [row('run', 'all pass, on a real server where there is one', ...backends.map(casesRun))];
  const text = [
    '# The backends',
    '',
    'Made from what each backend declares (`datastore.capabilities`) by `npm run docs:backends`. Where an operation says no, the call fails',
    'with `NotImplemented` before any I/O; where a trait says no, the promise is weaker, as it says. Nothing else differs.',
    '',
    table('operation', capabilityRows(operationCapabilities)),
    '',
    table('trait', capabilityRows(traitCapabilities)),
    '',
    table(`of the ${contractCases.length} cases of the [contract](contract.md)`, contract),
    '',
  ].join('\n');
  await expect(text).toMatchFileSnapshot(page);
});
