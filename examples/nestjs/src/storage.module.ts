import { Inject, Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationShutdown } from '@nestjs/common';
import { connectDatastore } from '@anybucket/core';
import type { Datastore } from '@anybucket/core';

export const DATASTORE = Symbol('DATASTORE');

/** Injects the bucket of a name, which a module has registered with `StorageModule.forFeature`. */
export function InjectBucket(name: string): ParameterDecorator {
  return Inject(tokenOf(name));
}

function tokenOf(name: string): string {
  return `Bucket:${name}`;
}

@Module({})
export class StorageModule implements OnApplicationShutdown {
  constructor(@Inject(DATASTORE) private readonly store: Datastore) {}

  /** Opens a datastore of the configuration. Import it once, in the root module. */
  static forRoot(name = 'data_store'): DynamicModule {
    return {
      module: StorageModule,
      global: true,
      providers: [{ provide: DATASTORE, useFactory: () => connectDatastore(name) }],
      exports: [DATASTORE],
    };
  }

  /** Provides buckets for {@link InjectBucket}, and creates missing ones. */
  static forFeature(...names: readonly string[]): DynamicModule {
    const providers = names.map((name) => ({
      provide: tokenOf(name),
      inject: [DATASTORE],
      useFactory: async (store: Datastore) => {
        await store.createBucket(name);
        return store.bucket(name);
      },
    }));
    return { module: BucketsModule, providers, exports: providers.map(({ provide }) => provide) };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
  }
}

@Module({})
class BucketsModule {}
