import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { expect, test } from 'vitest';

const cwd = fileURLToPath(new URL('..', import.meta.url));

test('imports packages only on demand', async () => {
  const bundle = await rolldown({ cwd, input: 'src/index.ts', platform: 'node', tsconfig: false, external: /^[^./]/ });
  const { output } = await bundle.generate();
  await bundle.close();
  const packages = output[0].imports.filter((specifier) => !specifier.startsWith('node:'));
  expect(packages.sort()).toEqual(['@anybucket/core', '@anybucket/core/backend']);
  expect(output[0].dynamicImports).toEqual(['@aws-sdk/credential-provider-node', 'minio']);
});
