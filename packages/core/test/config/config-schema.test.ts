/** Keeps config.schema.json equal to the option schemas of the backends. `npm run schema` writes it. */
import { format, resolveConfig } from 'prettier';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { configSchema } from './config-schema.js';

const file = fileURLToPath(new URL('../../config.schema.json', import.meta.url));

test('config.schema.json describes the options of the backends', async () => {
  const text = await format(JSON.stringify(configSchema()), { ...(await resolveConfig(file)), filepath: file });
  await expect(text).toMatchFileSnapshot(file);
});
