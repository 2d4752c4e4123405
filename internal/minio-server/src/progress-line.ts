/** The output of a {@link ProgressLine}, such as `process.stderr`. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** The minimum time between two lines when the output is not a terminal, such as the log of a CI job. */
const logIntervalMs = 30_000;

/** Shows progress: a line that is overwritten on a terminal, otherwise a new line every 30 seconds. */
export class ProgressLine {
  readonly #output: ProgressOutput;
  #lastWriteMs = -Infinity;
  #isShown = false;

  constructor(output: ProgressOutput) {
    this.#output = output;
  }

  /** Shows a text in place of the previous one. */
  show(text: string): void {
    if (this.#output.isTTY) {
      this.#output.write(`\r\u001B[K${text}`);
      this.#isShown = true;
    } else if (performance.now() - this.#lastWriteMs >= logIntervalMs) {
      this.#output.write(`${text}\n`);
      this.#lastWriteMs = performance.now();
    }
  }

  /** Erases the line. */
  clear(): void {
    if (this.#isShown) this.#output.write('\r\u001B[K');
    this.#isShown = false;
  }
}
