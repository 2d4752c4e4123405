import 'reflect-metadata';
import { isStorageError } from '@anybucket/core';
import { disposeDatastores, registerDatastores } from '@anybucket/core/container';
import { container } from 'tsyringe';
import { InvoiceArchive } from './invoice-archive.js';
import { BucketSetup } from './bucket-setup.js';

await registerDatastores(container);
try {
  await container.resolve(BucketSetup).createMissing(['invoices']);
  const archive = container.resolve(InvoiceArchive);
  for (const amountCents of [1250, 990]) {
    try {
      await archive.add({ number: String(amountCents), customer: 'acme', amountCents });
    } catch (error) {
      // An earlier run has added it.
      if (!isStorageError(error, 'PreconditionFailed')) throw error;
    }
  }
  process.stdout.write(`acme owes ${(await archive.totalCents('acme')) / 100}\n`);
} finally {
  await disposeDatastores(container);
}
