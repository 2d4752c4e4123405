import type { Fault } from './fault.js';
import { PlannedFault } from './planned-fault.js';
import type { RequestHooks, StoreRequest } from '../requests/intercept.js';
import { Stalls } from './stalls.js';

/** The faults of a datastore that {@link withFaults} returned. At the end of its scope, `using` verifies that all of them occurred. */
export interface Faults extends Disposable {
  /** Number of requests that each fault has affected, in the order of the plan. */
  readonly occurred: readonly number[];
  /**
   * Verifies that each fault has occurred, unless it is `optional`.
   *
   * @throws `Error` that names the others, and how many requests matched.
   */
  verify(): void;
  /** Fails the requests that stall, with `Timeout`. Closing the datastore does so as well. */
  release(): void;
}

/** The faults of one datastore. */
export class FaultPlan implements Faults {
  readonly #faults: readonly PlannedFault[];
  readonly #stalls = new Stalls();

  constructor(faults: readonly Fault[], seed: number) {
    let requests = 0;
    const newRequestId = (): string => (++requests).toString(16).toUpperCase().padStart(16, '0');
    // A seed per fault: an additional fault does not change the others.
    this.#faults = faults.map((fault, index) => new PlannedFault({ ...fault }, { stalls: this.#stalls, seed: seed + index, newRequestId }));
  }

  get occurred(): readonly number[] {
    return this.#faults.map(({ occurred }) => occurred);
  }

  /** Returns what happens to a request. The first fault of the plan is the outermost. */
  hooksFor(request: StoreRequest): RequestHooks | undefined {
    return this.#faults
      .map((fault) => fault.hooksFor(request))
      .filter((hooks) => hooks !== undefined)
      .reduceRight<RequestHooks | undefined>((inner, outer) => (inner === undefined ? outer : combine(outer, inner)), undefined);
  }

  verify(): void {
    const missing = this.#faults.filter(({ fault, occurred }) => occurred === 0 && fault.optional !== true);
    if (missing.length === 0) return;
    const lines = missing.map(({ fault, matched }) => `  ${describeFault(fault)}: ${describeMatches(matched)}`);
    throw new Error(`${missing.length} of ${this.#faults.length} faults did not occur:\n${lines.join('\n')}`);
  }

  release(): void {
    this.#stalls.release();
  }

  [Symbol.dispose](): void {
    this.release();
    this.verify();
  }
}

function combine(outer: RequestHooks, inner: RequestHooks): RequestHooks {
  const failKey = (key: string): ReturnType<NonNullable<RequestHooks['failKey']>> => outer.failKey?.(key) ?? inner.failKey?.(key);
  return {
    run: (send) => {
      const { run = (sendNow) => sendNow() }: RequestHooks = inner;
      return outer.run === undefined ? run(send) : outer.run(() => run(send));
    },
    upload: (body) => {
      const innerBody = outer.upload?.(body) ?? body;
      return inner.upload?.(innerBody) ?? innerBody;
    },
    download: (object) => {
      const innerObject = inner.download?.(object) ?? object;
      return outer.download?.(innerObject) ?? innerObject;
    },
    ...(outer.failKey === undefined && inner.failKey === undefined ? {} : { failKey }),
  };
}

function describeMatches(matched: number): string {
  return matched === 0 ? 'no request matched' : `${matched} ${matched === 1 ? 'request' : 'requests'} matched`;
}

function describeFault(fault: Fault): string {
  const fields = Object.entries(fault).map(
    ([name, value]: [string, unknown]) => `${name}: ${value instanceof RegExp ? String(value) : quote(value)}`,
  );
  return `{ ${fields.join(', ')} }`;
}

function quote(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
