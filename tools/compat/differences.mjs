// How other servers differ from the contract: by their error codes, or by contract cases, of which a trailing `*` stands for any end.
const versitygw = [
  {
    reason: 'keys are files',
    serverCodes: ['DirectoryObjectContainsData', 'ObjectParentIsFile', 'ExistingObjectIsDirectory', 'ErrDirectoryNotEmpty'],
    cases: ['presign/put/folder-key'],
  },
  {
    reason: 'listings are not percent-encoded',
    cases: [
      'keys/round-trip/control-characters',
      'keys/round-trip/noncharacters',
      'list/prefix-with-control-character',
      'list/prefix-with-control-character-within-segment',
      'list/prefix-of-dots-and-control-character-below',
    ],
  },
  { reason: 'ifNoneMatch with an ETag', serverCodes: ['NotImplemented'], cases: ['write-conditions/multipart-etag'] },
  {
    reason: "ifMatch: '*'",
    cases: [
      'write-conditions/put/if-match-any/bytes',
      'write-conditions/put/if-match-any/stream',
      'write-conditions/put/if-match-any/parts',
    ],
  },
  {
    reason: 'dates of read conditions',
    cases: [
      'read-conditions/get/if-modified-since-same',
      'read-conditions/get/if-modified-since-same-second',
      'read-conditions/get/if-modified-since-later',
      'read-conditions/get/if-modified-since-future',
      'read-conditions/get/if-unmodified-since-same',
      'read-conditions/get/if-unmodified-since-same-second',
      'read-conditions/copy/if-unmodified-since-same',
      'read-conditions/copy/if-unmodified-since-same-second',
    ],
  },
  {
    reason: 'a checksum of every object',
    cases: [
      'put/overwrite-clears-attributes',
      'ranges/middle',
      'ranges/first-byte',
      'ranges/last-byte',
      'ranges/end-one-past-size',
      'ranges/end-clamped',
      'ranges/from-offset',
      'ranges/suffix-1',
      'ranges/suffix-2',
      'ranges/from-last-byte',
      'stat/minimal-fields',
    ],
  },
  {
    reason: 'copies of an object onto itself',
    cases: ['copy/same-key-replacing', 'copy/multipart-source/same-key', 'tags/copy-onto-itself'],
  },
  { reason: 'content type of a copied folder', cases: ['copy/empty-object'] },
  {
    reason: 'versions and delete markers',
    cases: ['versioning/unknown-version', 'versioning/version-tags', 'versioning/conditions-on-delete-marker', 'versioning/list'],
  },
  { reason: 'body and tags are written in two steps', cases: ['concurrency/tags-commit-with-body'] },
  // Only in some runs.
  {
    reason: 'folders are removed with their objects',
    cases: ['concurrency/delete-last-in-folder-and-put', 'concurrency/remove-bucket-and-put'],
  },
];

export const differences = { versitygw };
