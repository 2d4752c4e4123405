import type { VersionEntry } from '@anybucket/core/backend';
import { decodeLine, isSeq, isTimestamp, isVersion, maxSeq, parseObject, serializeLine } from './record-line.js';
import type { RecordLine } from './record-line.js';

/** An older version of an object, or a delete marker. */
export interface HistoryEntry extends VersionEntry {
  /** The position in the history. Later entries have higher ones. */
  readonly seq: number;
  /** In seconds since 1970. */
  readonly modified: number;
  /** The metadata of a version. Undefined for a delete marker. */
  readonly line?: RecordLine | undefined;
}

/** The position of the current body in the history of its key. */
export interface CurrentPosition {
  /** Undefined if the body was stored without versions or by hand. It is then newer than all entries. */
  readonly seq?: number | undefined;
  /** Undefined for the version `null`. */
  readonly version?: string | undefined;
}

/** The beginning of a line for an entry. The rest is decoded only when it is used, since a history may have thousands of lines. */
const entryStart = /^\{"seq":([1-9]\d{0,15}),(?:"version":"([0-9a-f-]{36})",)?"(body|marker)":/;
const removalStart = '{"removed":[';

/** Serializes the line of an older version. Its `seq` must be present. The line feed comes first, as in a record. */
export function encodeVersion(line: RecordLine): string {
  const { seq, version } = line;
  return `\n${JSON.stringify({ seq, version, ...serializeLine(line) })}`;
}

/** Serializes the line of a delete marker. */
export function encodeMarker(seq: number, version: string | undefined, modified: number): string {
  return `\n${JSON.stringify({ seq, version, marker: true, modified })}`;
}

/** Serializes the line that removes entries. */
export function encodeRemoval(seqs: readonly number[]): string {
  return seqs.length === 0 ? '' : `\n${JSON.stringify({ removed: seqs })}`;
}

/** Returns the position after another one. @throws RangeError if there is none, which is possible only in a history that was changed by hand. */
export function nextSeq(seq: number): number {
  if (seq >= maxSeq) throw new RangeError('the history has no more positions');
  return seq + 1;
}

/** The lines of a history log. The last complete line of a position counts, unless a later line removes the position. */
export class HistoryLog {
  /** The lines of each position from oldest to newest, undecoded. */
  readonly #lines = new Map<number, IndexedLine[]>();

  /** @param text The content of the log. Lines that this backend has not written are ignored. */
  constructor(text: string) {
    for (let start = text.indexOf('\n'); start >= 0; ) {
      const end = text.indexOf('\n', start + 1);
      this.#add(text.slice(start + 1, end < 0 ? undefined : end));
      start = end;
    }
  }

  /** The highest position; 0 if there are no entries. */
  get lastSeq(): number {
    let last = 0;
    for (const seq of this.#lines.keys()) last = Math.max(last, seq);
    return last;
  }

  /** Returns all positions, also of entries that do not count. */
  seqs(): number[] {
    return [...this.#lines.keys()];
  }

  /**
   * Returns the entries that count, from newest to oldest. An entry at or after the position of the current body was written by a process that
   * was killed before its commit, or is the current body itself. Of several entries with one version id, the newest counts.
   *
   * @param current Undefined if there is no current body.
   * @param isWanted Selects entries by their version id, undefined for the version `null`. Others are not decoded.
   */
  *entries(
    current: CurrentPosition | undefined,
    isWanted: (version: string | undefined) => boolean = () => true,
  ): Generator<HistoryEntry, void, undefined> {
    const seen = new Set<string | undefined>();
    if (current !== undefined) seen.add(current.version);
    for (const seq of this.seqs().sort((a, b) => b - a)) {
      if (current?.seq !== undefined && seq >= current.seq) continue;
      const entry = this.#decode(seq, (version) => !seen.has(version) && isWanted(version));
      if (entry === undefined) continue;
      seen.add(entry.versionId);
      yield entry;
    }
  }

  #add(text: string): void {
    const match = entryStart.exec(text);
    if (match !== null) {
      const seq = Number(match[1]);
      if (!isSeq(seq)) return;
      const line = { text, version: match[2], isMarker: match[3] === 'marker' };
      const lines = this.#lines.get(seq);
      if (lines === undefined) this.#lines.set(seq, [line]);
      else lines.push(line);
    } else if (text.startsWith(removalStart)) {
      const removed = parseObject(text)?.removed;
      if (Array.isArray(removed)) for (const seq of removed) this.#lines.delete(Number(seq));
    }
  }

  /** Decodes the last complete line of a position with a version that is wanted. */
  #decode(seq: number, isWanted: (version: string | undefined) => boolean): HistoryEntry | undefined {
    const lines = this.#lines.get(seq) ?? [];
    for (const { text, version, isMarker } of lines.toReversed()) {
      if (!isVersion(version) || !isWanted(version)) continue;
      if (isMarker) {
        const modified = parseObject(text)?.modified;
        if (isTimestamp(modified) && modified >= 0) return { seq, versionId: version, isDeleteMarker: true, modified };
      } else {
        const line = decodeLine(text);
        if (line !== undefined) return { seq, versionId: version, modified: line.modified, line: { ...line, seq, version } };
      }
    }
    return undefined;
  }
}

interface IndexedLine {
  readonly text: string;
  readonly version: string | undefined;
  readonly isMarker: boolean;
}
