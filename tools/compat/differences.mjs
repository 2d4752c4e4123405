// How servers differ from the contract. An entry explains a failed case by the code that the server sent, or by the id of the case, of which a
// trailing `*` stands for any end.

const checksumOfEveryObject = {
  reason: 'a CRC64NVME is stored with every object, even if none was requested; AWS does this, too',
  cases: [
    'checksums/copy-result',
    'checksums/delete-removes',
    'checksums/none',
    'checksums/overwrite-replaces',
    'if-range/*',
    'put/overwrite-clears-attributes',
    'ranges/*',
    'stat/minimal-fields',
    'uploads/checksum/of-a-part-only',
  ],
};

const versitygw = [
  {
    reason: 'keys are files: `a/` cannot have a body, and `a` cannot exist beside `a/b`',
    serverCodes: ['DirectoryObjectContainsData', 'ObjectParentIsFile', 'ExistingObjectIsDirectory', 'ErrDirectoryNotEmpty'],
    cases: ['presign/put/folder-key'],
  },
  {
    reason: 'listings are not percent-encoded, and XML has no control characters',
    cases: [
      'keys/round-trip/control-characters',
      'keys/round-trip/noncharacters',
      'list/prefix-with-control-character*',
      'list/prefix-of-dots-and-control-character-below',
    ],
  },
  checksumOfEveryObject,
  {
    reason: 'dates of read conditions: fractions of a second are compared with whole seconds, and a date in the future is ignored',
    cases: ['read-conditions/*'],
  },
  {
    reason: 'a copy of an object onto itself keeps its multipart ETag and headers, creates no version, or is rejected',
    cases: [
      'copy/multipart-source/same-key',
      'copy/same-key-replacing',
      'tags/copy-onto-itself',
      'versioning/copy-current-version-onto-itself',
      'versioning/copy-onto-itself-replacing',
    ],
  },
  { reason: 'a copy to `folder/` has the content type of a folder', cases: ['copy/empty-object'] },
  {
    reason: 'an upload can be completed again, and is not found by its number of parts; errors have another order',
    cases: [
      'uploads/checksum/missing',
      'uploads/complete/*',
      'uploads/condition/before-unknown-upload',
      'uploads/part-number',
      'uploads/version-decided-at-creation',
    ],
  },
  {
    reason: 'versions: delete markers are created again, count as objects for conditions, and are listed by themselves; the version `null`',
    cases: ['versioning/*'],
  },
  { reason: 'body and tags are written in two steps', cases: ['concurrency/tags-commit-with-body'] },
  {
    reason: 'folders are removed with their last object, while another one is put there',
    cases: ['concurrency/delete-last-in-folder-and-put', 'concurrency/remove-bucket-and-put', 'races/remove-bucket'],
  },
];

const garage = [
  {
    reason: 'a failed condition of a get has no document',
    cases: ['read-conditions/*', 'if-range/with-condition', 'error-precedence/get-condition-before-range'],
  },
  { reason: 'the range of an empty object ends at 2^64 - 1', cases: ['ranges/empty-object', 'range-headers/empty-object'] },
  { reason: 'a copy keeps the multipart ETag, and has another checksum', cases: ['copy/multipart-source/*', 'checksums/copy-*'] },
  {
    reason: 'an empty part and a part copied from less than 5 MiB are refused, a part that is too small is not; errors of parts differ',
    cases: ['uploads/*'],
  },
  { reason: 'an expired presigned URL has another error', cases: ['presign/expires'] },
];

const seaweedfs = [
  {
    reason: 'a write creates a missing bucket',
    cases: ['buckets/remove-empty', 'error-precedence/bucket-before-condition', 'missing-bucket/*', 'put-closes-source/missing-bucket/*'],
  },
  {
    reason:
      'keys are paths of files: `a/` is a folder, which cannot be copied and may appear or vanish with its keys, and a backslash is a slash',
    serverCodes: ['ExistingObjectIsFile', 'ExistingObjectIsDirectory'],
    cases: [
      'concurrency/object-and-folder',
      'keys/*',
      'list/delimiter-backslash',
      'nested-keys/*',
      'presign/get/folder-key',
      'presign/put/folder-key',
      'put-failures/multipart-folder-key/*',
      'races/remove-bucket',
    ],
  },
  { reason: 'a position of a listing is resolved like a path', cases: ['list/hostile/*', 'list-pages/list-and-delete-until-empty'] },
  { reason: 'a copy has no checksum, and keeps the multipart ETag', cases: ['checksums/copy-*', 'copy/*', 'uploads/copy-of-object'] },
  { reason: 'the range of an empty object is not satisfiable', cases: ['ranges/empty-object', 'range-headers/empty-object'] },
  { reason: 'an empty value of metadata is dropped', cases: ['metadata/*'] },
  { reason: 'a list of ETags in `If-Match` is ignored', cases: ['read-conditions/get/if-match-list'] },
  {
    reason: 'uploads: the part of a plain object, the order of errors, parts that are written at the same time, and completing twice',
    cases: ['uploads/*'],
  },
  {
    reason:
      'versions: a bucket whose versions have been deleted is not empty; delete markers, the version `null` and suspended versioning differ',
    cases: ['capabilities/versioning', 'versioning/*'],
  },
];

const moto = [
  { reason: 'a read returns no checksum', cases: ['checksums/*'] },
  {
    reason: 'keys with control characters are not found',
    cases: ['delete/batch-special-characters', 'keys/*'],
  },
  { reason: 'bodies with the type of a form are stored as something else', cases: ['put-request/data/*'] },
  {
    reason: 'conditions of a copy and of a deletion are ignored or have other errors',
    cases: ['move/target-condition', 'races/copy-if-absent', 'write-conditions/*'],
  },
  { reason: '`If-Match: *` and `If-None-Match: *` of a read', cases: ['read-conditions/*'] },
  {
    reason: 'creating a bucket of the same owner again succeeds, as in us-east-1',
    cases: ['buckets/create-existing', 'races/create-bucket'],
  },
  { reason: 'names of metadata with punctuation', cases: ['metadata/names-with-punctuation'] },
  { reason: 'tags are trimmed, stay when an object is replaced, and fail with an internal error', cases: ['tags/*'] },
  { reason: 'it takes longer than the time limit', cases: ['list-many/over-2000'] },
  {
    reason: 'the root of ListParts is `ListPartsResponse`; unknown uploads fail with an internal error',
    cases: ['uploads/*'],
  },
  { reason: 'signatures and the expiry of presigned URLs are not verified', cases: ['presign/*'] },
  {
    reason: 'versions: errors of malformed ids and delete markers, the version `null`, suspended versioning, and pages',
    cases: ['versioning/*'],
  },
];

/** By the name of the server. */
export const differences = { versitygw, garage, seaweedfs, moto };
