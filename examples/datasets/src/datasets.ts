import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(fileURLToPath(import.meta.resolve('vega-datasets'))), '..', 'data');

/** Returns the path of a file of the package `vega-datasets`. */
export function datasetPath(name: string): string {
  return join(folder, name);
}

/** Serves the files over HTTP on a free loopback port, until the server is disposed. */
export async function serveDatasets(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((request, response) => {
    const name = basename(request.url ?? '');
    response.setHeader('content-type', name.endsWith('.csv') ? 'text/csv' : 'application/json');
    pipeline(createReadStream(datasetPath(name)), response, () => {});
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
