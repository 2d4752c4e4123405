import { bucketToken } from '@anybucket/core/container';
import type { Bucket } from '@anybucket/core';
import { inject, injectable } from 'tsyringe';

/** One bill. */
export interface Invoice {
  readonly number: string;
  readonly customer: string;
  /** In cents. */
  readonly amount: number;
}

/** Keeps invoices as JSON objects in the bucket `invoices`. */
@injectable()
export class InvoiceArchive {
  readonly #bucket: Bucket;

  constructor(@inject(bucketToken('data_store/invoices')) bucket: Bucket) {
    this.#bucket = bucket;
  }

  /** Files an invoice; one that was filed before stays as it is. */
  async file(invoice: Invoice): Promise<void> {
    await this.#bucket.put(`${invoice.customer}/${invoice.number}.json`, JSON.stringify(invoice), {
      contentType: 'application/json',
      ifNoneMatch: '*',
    });
  }

  /** What a customer owes, in cents. */
  async total(customer: string): Promise<number> {
    let cents = 0;
    for await (const { key } of this.#bucket.iterate({ prefix: `${customer}/` })) {
      cents += (await (await this.#bucket.get(key)).json<Invoice>()).amount;
    }
    return cents;
  }
}
