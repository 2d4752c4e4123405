import { FsDatastore } from '@anybucket/backend-fs';
import { expect, test } from 'vitest';

test.each([
  {},
  { root: '' },
  { root: 5 },
  { root: 'a\0b' },
  { root: '~' },
  { root: '~/data' },
  { root: '.', durable: 'yes' },
  { root: '.', create: 1 },
  { root: '.', name: 5 },
  { root: '.', durabel: true },
  null,
])('rejects the options %j with InvalidArgument', (options) => {
  expect(() => new FsDatastore(options as never)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
});
