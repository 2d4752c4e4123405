import { playAllSteps, playHere, scenes } from '@anybucket/crash-tests';
import { expect, test } from 'vitest';

test.each(scenes)('killed before any of its calls, "$name" leaves all old or new', { timeout: 60_000 }, async (scene) => {
  const kills = await playAllSteps(scene, playHere);
  expect(kills.length).toBeGreaterThan(3);
});
