import { inject, injectable } from 'tsyringe';
import type { InjectionToken } from 'tsyringe';
import { InvoiceArchive } from './invoice-archive.js';

/** The customer of a request. Registered per request. */
export const CUSTOMER = Symbol('CUSTOMER') as InjectionToken<string>;

/** The invoices of the customer of a request. */
@injectable()
export class CustomerAccount {
  readonly #archive: InvoiceArchive;
  readonly #customer: string;

  constructor(@inject(InvoiceArchive) archive: InvoiceArchive, @inject(CUSTOMER) customer: string) {
    this.#archive = archive;
    this.#customer = customer;
  }

  /** Returns the sum of the invoices, in cents. */
  totalCents(): Promise<number> {
    return this.#archive.totalCents(this.#customer);
  }
}
