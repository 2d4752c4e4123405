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
  { root: '.', keys: 'posix' },
  null,
])('rejects the options %j with InvalidArgument', (options) => {
  expect(() => new FsDatastore(options as never)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
});

test("refuses `keys: 's3'` with ConfigError, before any I/O", () => {
  expect(() => new FsDatastore({ root: '.', keys: 's3' as never })).toThrow(
    expect.objectContaining({ code: 'ConfigError', message: expect.stringContaining("does not support `keys: 's3'`") as unknown }),
  );
  expect(new FsDatastore({ root: '.', keys: 'portable' }).capabilities.anyKeys).toBe(false);
});
