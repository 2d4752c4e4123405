import 'reflect-metadata';
import { isStorageError } from '@anybucket/core';
import { disposeDatastores, registerDatastores } from '@anybucket/core/container';
import { container } from 'tsyringe';
import { InvoiceArchive } from './invoices.js';
import { Setup } from './setup.js';

await registerDatastores(container);
try {
  await container.resolve(Setup).run(['invoices']);
  const archive = container.resolve(InvoiceArchive);
  for (const amount of [1250, 990]) {
    try {
      await archive.file({ number: String(amount), customer: 'acme', amount });
    } catch (error) {
      if (!isStorageError(error, 'PreconditionFailed')) throw error;
    }
  }
  process.stdout.write(`acme owes ${(await archive.total('acme')) / 100}\n`);
} finally {
  await disposeDatastores(container);
}
