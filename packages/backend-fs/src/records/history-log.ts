import { StorageError } from '@anybucket/core/backend';
import type { VersionEntry } from '@anybucket/core/backend';
import { decodeLine, isSeq, isTimestamp, isVersion, maxSeq, parseObject, serializeLine } from './record-line.js';
import type { RecordLine } from './record-line.js';

/**
 * An entry of a history log: an older version, or a delete marker. Its line is decoded when it is used ({@link decodeVersion},
 * {@link decodeMarker}), since a history may have thousands of lines.
 */
export interface HistoryEntry extends VersionEntry {
  /** The position in the history. Later entries have higher ones. */
  readonly seq: number;
  readonly isDeleteMarker: boolean;
  readonly text: string;
}

/** The position of the current body in the history of its key. */
export interface CurrentPosition {
  /** Undefined if the body was stored without versions or by hand. It is then newer than all entries. */
  readonly seq?: number | undefined;
  /** Undefined for the version `null`. */
  readonly version?: string | undefined;
}

/** The beginning of the line of an entry. */
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

/** Returns the position after another one. @throws `InvalidRequest` if there is none, which is possible only in a log that was changed by hand. */
export function nextSeq(seq: number): number {
  if (seq >= maxSeq) throw new StorageError({ code: 'InvalidRequest', message: 'the history of the object has no more positions' });
  return seq + 1;
}

/** Decodes the line of an older version. @returns Undefined unless every field is one that this backend might have written. */
export function decodeVersion({ text, seq, versionId }: HistoryEntry): RecordLine | undefined {
  const line = decodeLine(text);
  return line && { ...line, seq, version: versionId };
}

/** Decodes the time of a delete marker, in seconds since 1970. */
export function decodeMarker({ text }: HistoryEntry): number {
  const modified = parseObject(text)?.modified;
  return isTimestamp(modified) ? Math.max(0, modified) : 0;
}

/** The lines of a history log. The last complete line of a position counts, unless a later line removes the position. */
export class HistoryLog {
  readonly #entries = new Map<number, HistoryEntry>();
  #lineCount = 0;

  /** @param text The content of the log. Lines that this backend has not written are ignored. */
  constructor(text: string) {
    for (let start = text.indexOf('\n'); start >= 0;) {
      const end = text.indexOf('\n', start + 1);
      this.#add(text.slice(start + 1, end < 0 ? undefined : end));
      start = end;
    }
  }

  /** The number of lines, including those that do not count any more. */
  get lineCount(): number {
    return this.#lineCount;
  }

  /** Returns the entry at a position, also if it does not count. */
  find(seq: number): HistoryEntry | undefined {
    return this.#entries.get(seq);
  }

  /** Returns all positions, also those of entries that do not count. */
  seqs(): number[] {
    return [...this.#entries.keys()];
  }

  /** The highest position; 0 if there are no entries. */
  get lastSeq(): number {
    let last = 0;
    for (const seq of this.#entries.keys()) last = Math.max(last, seq);
    return last;
  }

  /**
   * Returns the entries that count, from newest to oldest. An entry at or after the position of the current body is the current body itself, or
   * was written by a process that was killed before its commit. Of several entries with one version id, the newest counts.
   *
   * @param current Undefined if there is no current body.
   */
  entries(current: CurrentPosition | undefined): HistoryEntry[] {
    const seen = new Set<string | undefined>();
    if (current !== undefined) seen.add(current.version);
    const sorted = [...this.#entries.values()].sort((a, b) => b.seq - a.seq);
    return sorted.filter(({ seq, versionId }) => {
      if ((current?.seq !== undefined && seq >= current.seq) || seen.has(versionId)) return false;
      seen.add(versionId);
      return true;
    });
  }

  #add(line: string): void {
    this.#lineCount++;
    const text = line.trimEnd();
    // The process was killed while it wrote the line.
    if (!text.endsWith('}')) return;
    const match = entryStart.exec(text);
    if (match !== null) {
      const [, seq, versionId, kind] = match;
      if (isSeq(Number(seq)) && isVersion(versionId))
        this.#entries.set(Number(seq), { seq: Number(seq), versionId, isDeleteMarker: kind === 'marker', text });
    } else if (text.startsWith(removalStart)) {
      const removed = parseObject(text)?.removed;
      if (Array.isArray(removed)) for (const seq of removed) this.#entries.delete(Number(seq));
    }
  }
}
