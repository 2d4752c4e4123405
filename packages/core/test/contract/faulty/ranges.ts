import type { DriverWrapper, GetCall } from '@anybucket/core/backend';
import type { FaultyDriver } from './override.js';
import { overrideBucket, readStored } from './override.js';

/** Returns other bytes than those of the requested range. */
function changeRange(
  change: (range: { start: number; end: number }, size: number) => { start: number; end: number },
  suffixOnly = false,
): DriverWrapper {
  return overrideBucket((inner) => ({
    async getObject(key, call) {
      const object = await inner.getObject(key, call);
      if (object.range === undefined || call.range === undefined || (suffixOnly && !('suffix' in call.range))) return object;
      const { start, end } = change(object.range, object.info.size);
      const body = (await readStored(inner, key)).subarray(Math.max(0, start), end);
      return { ...object, range: { ...object.range, start, end }, body };
    },
  }));
}

/** Returns an empty body instead of `InvalidRange`. */
const emptyRange = (when: (call: GetCall, size: number) => boolean): DriverWrapper =>
  overrideBucket((inner) => ({
    async getObject(key, call) {
      const info = await inner.headObject(key, {});
      if (!when(call, info.size)) return inner.getObject(key, call);
      return { info, range: { start: info.size, end: info.size, size: info.size }, body: new Uint8Array(0) };
    },
  }));

/** Ranges. */
export const faultyRanges: readonly FaultyDriver[] = [
  {
    name: 'ranges end one byte late',
    wrap: changeRange(({ start, end }, size) => ({ start, end: Math.min(end + 1, size) })),
    detectedBy: 'ranges/middle',
  },
  { name: 'ranges end one byte early', wrap: changeRange(({ start, end }) => ({ start, end: end - 1 })), detectedBy: 'ranges/middle' },
  {
    name: 'ranges start one byte late',
    wrap: changeRange(({ start, end }) => ({ start: start + 1, end })),
    detectedBy: 'ranges/from-offset',
  },
  {
    name: 'suffix ranges start one byte early',
    wrap: changeRange(({ start, end }) => ({ start: Math.max(0, start - 1), end }), true),
    detectedBy: 'ranges/suffix-2',
  },
  {
    name: 'suffix ranges are read from the start',
    wrap: changeRange(({ start, end }) => ({ start: 0, end: end - start }), true),
    detectedBy: 'ranges/suffix-2',
  },
  {
    name: 'a range of an empty object succeeds',
    wrap: emptyRange(({ range }, size) => range !== undefined && size === 0),
    detectedBy: 'ranges/empty-object',
  },
  {
    name: 'a range past the end returns an empty body',
    wrap: emptyRange(({ range }, size) => range !== undefined && 'start' in range && range.start >= size),
    detectedBy: 'ranges/past-end/start-at-size',
  },
  {
    name: 'info.size is the size of the range',
    wrap: overrideBucket((inner) => ({
      async getObject(key, call) {
        const object = await inner.getObject(key, call);
        const { range, info } = object;
        return range === undefined ? object : { ...object, info: { ...info, size: range.end - range.start } };
      },
    })),
    detectedBy: 'ranges/middle',
  },
  {
    name: 'getObject ignores the range',
    wrap: overrideBucket((inner) => ({ getObject: (key, { range: _range, ...call }) => inner.getObject(key, call) })),
    detectedBy: 'ranges/middle',
  },
  {
    name: 'a range whose end exceeds the size fails',
    wrap: overrideBucket((inner) => ({
      async getObject(key, call) {
        const { size } = await inner.headObject(key, {});
        const tooFar = call.range !== undefined && 'start' in call.range && (call.range.end ?? 0) > size;
        return inner.getObject(key, tooFar ? { ...call, range: { start: size } } : call);
      },
    })),
    detectedBy: 'ranges/end-clamped',
  },
];
