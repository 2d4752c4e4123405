import { createDatastore, defineConfig } from '@anybucket/core';
import type { AnybucketConfig, BackendModule, BackendSettings, DatastoreConfig, Datastore } from '@anybucket/core';
import { expectTypeOf, test } from 'vitest';

// Nothing here runs: the compiler is the judge.
declare const backend: string;
declare const module: BackendModule;
declare const anyOfThem: DatastoreConfig;

declare module '@anybucket/core' {
  interface BackendSettings {
    augmented: { readonly size: number };
  }
}

test('createDatastore accepts a URL, or a backend with its settings', () => {
  expectTypeOf(() => createDatastore('memory:')).returns.resolves.toEqualTypeOf<Datastore>();
  void (() => createDatastore({ backend: 'memory' }));
  void (() => createDatastore({ backend: 'memory', buckets: { photos: { 'a.txt': 'hello' } }, now: Date.now }));
  void (() => createDatastore({ backend: 'fs', root: './data', durable: true }));
  void (() => createDatastore({ backend: 'minio', endPoint: 'localhost', port: 9000 }));
  void (() => createDatastore(anyOfThem));
});

test('createDatastore rejects unknown, missing and wrong settings of the backends with a short name', () => {
  // @ts-expect-error misspelt, so that `endPoint` is missing
  void (() => createDatastore({ backend: 'minio', endpoint: 'localhost' }));
  // @ts-expect-error misspelt
  void (() => createDatastore({ backend: 'minio', endPoint: 'localhost', pathstyle: true }));
  // @ts-expect-error a setting of another backend
  void (() => createDatastore({ backend: 'memory', root: './data' }));
  // @ts-expect-error required
  void (() => createDatastore({ backend: 'fs' }));
  // @ts-expect-error a string
  void (() => createDatastore({ backend: 'fs', root: 5 }));
  // @ts-expect-error required
  void (() => createDatastore({ root: './data' }));
});

test('createDatastore accepts any settings of other backends', () => {
  void (() => createDatastore({ backend: 'their-backend', folder: './data' }));
  void (() => createDatastore({ backend, folder: './data' }));
  void (() => createDatastore({ backend: 'own', size: 1 }, { backends: { own: module, lazy: () => module, later: async () => module } }));
  // @ts-expect-error not a backend
  void (() => createDatastore('own:', { backends: { own: 5 } }));
});

test('another package can add its settings', () => {
  expectTypeOf<BackendSettings['augmented']>().toEqualTypeOf<{ readonly size: number }>();
  void (() => createDatastore({ backend: 'augmented', size: 1 }));
  // @ts-expect-error misspelt
  void (() => createDatastore({ backend: 'augmented', sise: 1 }));
});

test('DatastoreConfig is typed by the backend', () => {
  expectTypeOf<{ backend: 'fs'; root: string }>().toExtend<DatastoreConfig>();
  expectTypeOf<{ backend: 'fs'; root: string }>().toExtend<DatastoreConfig<'fs'>>();
  expectTypeOf<{ backend: 'fs'; path: string }>().not.toExtend<DatastoreConfig>();
  expectTypeOf<{ backend: 'mine'; path: string }>().not.toExtend<DatastoreConfig>();
  expectTypeOf<{ backend: string; path: string }>().toExtend<DatastoreConfig<string>>();
});

test('defineConfig checks the settings of each datastore by its backend', () => {
  const config = () =>
    defineConfig({
      $schema: './node_modules/@anybucket/core/config.schema.json',
      default: 'main',
      datastores: {
        main: 'minio://localhost:9000',
        archive: { backend: 'fs', root: './archive' },
        theirs: { backend: 'their-backend', folder: './data' },
        other: { backend, folder: './data' },
      },
    });
  expectTypeOf(config).returns.toEqualTypeOf<AnybucketConfig>();
  // @ts-expect-error misspelt, beside a URL
  void (() => defineConfig({ datastores: { main: 'memory:', archive: { backend: 'fs', rot: './archive' } } }));
  // @ts-expect-error a string
  void (() => defineConfig({ datastores: { main: { backend: 'their-backend', root: 5 }, archive: { backend: 'fs', root: 5 } } }));
  // @ts-expect-error neither a URL nor an object
  void (() => defineConfig({ datastores: { main: 5 } }));
  // @ts-expect-error misspelt
  void (() => defineConfig({ datastore: {} }));
  // @ts-expect-error required
  void (() => defineConfig({}));
});
