import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bodyId, isBodyId, randomMtimeUs, sizeOfBodyId } from '../../src/records/body-id.js';

describe('randomMtimeUs', () => {
  test.each([1, 100, 1000, 4000, 2_000_000])('with a resolution of %i µs returns a time before the current step', (step) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1.6e15, max: 1.9e15 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (now, random) => {
          const mtimeUs = randomMtimeUs(now, step, random);
          expect(mtimeUs % step).toBe(0);
          expect(mtimeUs).toBeLessThanOrEqual(now - 20_000);
          expect(mtimeUs).toBeLessThan(Math.floor(now / step) * step);
          expect(mtimeUs).toBeGreaterThan(now - Math.max(200_000, 40 * step));
        },
      ),
    );
  });
});

test('bodyId is exact for microseconds in a double of milliseconds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1.6e15, max: 1.9e15 }), fc.nat(), (time, size) => {
      const id = bodyId({ mtimeMs: time / 1000, size });
      expect(id).toBe(`${time}-${size}`);
      expect(sizeOfBodyId(id)).toBe(size);
    }),
  );
});

test.each([Date.UTC(9999, 0), 1e17, -1e17, 9.223372036854776e21, 0, 0.0005])('the id of a body of the time %d is valid', (mtimeMs) => {
  const id = bodyId({ mtimeMs, size: 5 });
  expect(isBodyId(id)).toBe(true);
  expect(sizeOfBodyId(id)).toBe(5);
});
