import { bucketToken } from '@anybucket/core/container';
import type { Bucket } from '@anybucket/core';
import { inject, injectable } from 'tsyringe';

export interface Invoice {
  readonly number: string;
  readonly customer: string;
  readonly amountCents: number;
}

/** Stores invoices as JSON objects in the bucket `invoices`. */
@injectable()
export class InvoiceArchive {
  readonly #bucket: Bucket;

  constructor(@inject(bucketToken('data_store/invoices')) bucket: Bucket) {
    this.#bucket = bucket;
  }

  /** Stores an invoice. Throws `PreconditionFailed` if it exists. */
  async add(invoice: Invoice): Promise<void> {
    await this.#bucket.put(`${invoice.customer}/${invoice.number}.json`, JSON.stringify(invoice), {
      contentType: 'application/json',
      ifNoneMatch: '*',
    });
  }

  /** Returns the sum of a customer's invoices, in cents. */
  async totalCents(customer: string): Promise<number> {
    let total = 0;
    for await (const { key } of this.#bucket.iterate({ prefix: `${customer}/` })) {
      total += (await (await this.#bucket.get(key)).json<Invoice>()).amountCents;
    }
    return total;
  }
}
