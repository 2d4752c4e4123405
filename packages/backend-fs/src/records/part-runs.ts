import type { ObjectPart } from '@anybucket/core/backend';
import { maxPartSize, maxParts, minPartSize } from '@anybucket/core/backend';

/** The parts of an object as runs of parts with consecutive numbers and the same size: first number, size in bytes, and count of each run. */
export type PartRuns = readonly number[];

/** Converts parts, ordered by number, to runs. */
export function toPartRuns(parts: readonly ObjectPart[]): PartRuns {
  const runs: number[] = [];
  let next = 0;
  let previousSize = -1;
  for (const { partNumber, size } of parts) {
    if (partNumber === next && size === previousSize) runs.push((runs.pop() ?? 0) + 1);
    else runs.push(partNumber, size, 1);
    next = partNumber + 1;
    previousSize = size;
  }
  return runs;
}

/** Converts runs to parts. */
export function fromPartRuns(runs: PartRuns): ObjectPart[] {
  const parts: ObjectPart[] = [];
  for (let i = 0; i < runs.length; i += 3) {
    const [first = 0, size = 0, count = 0] = runs.slice(i, i + 3);
    for (let partNumber = first; partNumber < first + count; partNumber++) parts.push({ partNumber, size });
  }
  return parts;
}

/** Returns whether a value describes the parts of a completed upload. @param size The size of the object. @param partCount The number of its parts. */
export function isPartRuns(value: unknown, size: number, partCount: number): value is PartRuns {
  if (!Array.isArray(value) || value.length % 3 !== 0 || value.length > 3 * maxParts || !value.every(Number.isSafeInteger)) return false;
  const runs = value as PartRuns;
  let last = 0;
  let totalCount = 0;
  let totalSize = 0;
  for (let i = 0; i < runs.length; i += 3) {
    const [first = 0, partSize = 0, count = 0] = runs.slice(i, i + 3);
    const isLastPart = count === 1 && i + 3 === runs.length;
    if (first <= last || count < 1 || count > maxParts || partSize > maxPartSize || partSize < (isLastPart ? 0 : minPartSize)) return false;
    last = first + count - 1;
    totalCount += count;
    totalSize += count * partSize;
  }
  return last <= maxParts && totalCount === partCount && totalSize === size;
}
