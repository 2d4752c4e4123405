/** Where progress is written; `process.stderr` is one. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Seconds between two lines where no line can be overwritten, as in the log of a CI job. */
const quietSeconds = 30;

/** One line that says how far something is: overwritten on a terminal, elsewhere a new one now and then. */
export class ProgressLine {
  readonly #output: ProgressOutput;
  #lastTime = -Infinity;
  #isShown = false;

  constructor(output: ProgressOutput) {
    this.#output = output;
  }

  /** Shows a text, in place of the one before. */
  show(text: string): void {
    if (this.#output.isTTY) {
      this.#output.write(`\r\u001B[K${text}`);
      this.#isShown = true;
    } else if (performance.now() - this.#lastTime >= quietSeconds * 1000) {
      this.#output.write(`${text}\n`);
      this.#lastTime = performance.now();
    }
  }

  /** Takes the line away, so that others may write. */
  clear(): void {
    if (this.#isShown) this.#output.write('\r\u001B[K');
    this.#isShown = false;
  }
}
