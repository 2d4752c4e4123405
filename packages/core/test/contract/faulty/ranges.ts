import type { DriverWrapper, GetCall } from '@anybucket/core/backend';
import type { Broken } from './spoil.js';
import { spoilBucket, stored } from './spoil.js';

/** Alters the range that is asked for, and claims that it was served as asked. */
function rangeOffBy(
  change: (range: { start: number; end: number }, size: number) => { start: number; end: number },
  suffixOnly = false,
): DriverWrapper {
  return spoilBucket((inner) => ({
    async getObject(key, call) {
      const object = await inner.getObject(key, call);
      if (object.range === undefined || call.range === undefined || (suffixOnly && !('suffix' in call.range))) return object;
      const { start, end } = change(object.range, object.info.size);
      const body = (await stored(inner, key)).subarray(Math.max(0, start), end);
      return { ...object, range: { ...object.range, start, end }, body };
    },
  }));
}

const rangeAnyway = (when: (call: GetCall, size: number) => boolean): DriverWrapper =>
  spoilBucket((inner) => ({
    async getObject(key, call) {
      const info = await inner.headObject(key, {});
      if (!when(call, info.size)) return inner.getObject(key, call);
      return { info, range: { start: info.size, end: info.size, size: info.size }, body: new Uint8Array(0) };
    },
  }));

/** Ranges of bodies. */
export const brokenRanges: readonly Broken[] = [
  {
    name: 'range ends one byte late',
    wrap: rangeOffBy(({ start, end }, size) => ({ start, end: Math.min(end + 1, size) })),
    caughtBy: 'ranges/middle',
  },
  { name: 'range ends one byte early', wrap: rangeOffBy(({ start, end }) => ({ start, end: end - 1 })), caughtBy: 'ranges/middle' },
  { name: 'range begins one byte late', wrap: rangeOffBy(({ start, end }) => ({ start: start + 1, end })), caughtBy: 'ranges/from-offset' },
  {
    name: 'suffix of one byte more',
    wrap: rangeOffBy(({ start, end }) => ({ start: Math.max(0, start - 1), end }), true),
    caughtBy: 'ranges/suffix-2',
  },
  {
    name: 'suffix from the beginning',
    wrap: rangeOffBy(({ start, end }) => ({ start: 0, end: end - start }), true),
    caughtBy: 'ranges/suffix-2',
  },
  {
    name: 'range over an empty object',
    wrap: rangeAnyway(({ range }, size) => range !== undefined && size === 0),
    caughtBy: 'ranges/empty-object',
  },
  {
    name: 'empty instead of a range behind the end',
    wrap: rangeAnyway(({ range }, size) => range !== undefined && 'start' in range && range.start >= size),
    caughtBy: 'ranges/past-end/start-at-size',
  },
  {
    name: 'range without its size',
    wrap: spoilBucket((inner) => ({
      async getObject(key, call) {
        const object = await inner.getObject(key, call);
        const { range, info } = object;
        return range === undefined ? object : { ...object, info: { ...info, size: range.end - range.start } };
      },
    })),
    caughtBy: 'ranges/middle',
  },
  {
    name: 'ignores ranges',
    wrap: spoilBucket((inner) => ({ getObject: (key, { range: _range, ...call }) => inner.getObject(key, call) })),
    caughtBy: 'ranges/middle',
  },
  {
    name: 'refuses an end behind the end',
    wrap: spoilBucket((inner) => ({
      async getObject(key, call) {
        const { size } = await inner.headObject(key, {});
        const tooFar = call.range !== undefined && 'start' in call.range && (call.range.end ?? 0) > size;
        return inner.getObject(key, tooFar ? { ...call, range: { start: size } } : call);
      },
    })),
    caughtBy: 'ranges/end-clamped',
  },
];
