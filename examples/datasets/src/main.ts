/**
 * Loads data sets, lists them, computes from one, and copies and deletes them. The code does not depend on the backend:
 * `ANYBUCKET_DATA_STORE=memory:`, `fs:./data` or `minio://...` selects it.
 */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@anybucket/core';
import { datasetPath, serveDatasets } from './datasets.js';
import { printHeading, printLine, printTable, withProgressBar } from './report.js';
import { summarizeWeather } from './weather.js';

await using datastore = await connect('data_store');
printLine(`${datastore.name} on ${datastore.backend}`);

printHeading('Buckets');
for (const name of ['vega-archive', 'vega-datasets']) {
  await datastore.createBucket(name);
  // Deletes the objects of earlier runs, so that every run prints the same.
  const bucket = await datastore.getBucket(name);
  await bucket.delete(await bucket.listFilename());
}
printLine(await datastore.list('str'));

printHeading('Load from files, streams and HTTP responses');
const datasets = await connect('data_store/vega-datasets');
for (const name of ['cars.json', 'penguins.json', 'flights-2k.json', 'flights-20k.json']) {
  await withProgressBar(name, (progress) => datasets.fput(`json/${name}`, datasetPath(name), { metadata: { source: 'file' }, progress }));
}
for (const name of ['stocks.csv', 'seattle-weather.csv', 'airports.csv']) {
  const { size } = await stat(datasetPath(name));
  const options = { contentType: 'text/csv', metadata: { source: 'stream' } };
  await withProgressBar(name, (progress) =>
    datasets.put(`csv/${name}`, createReadStream(datasetPath(name)), size, { ...options, progress }),
  );
}
{
  await using server = await serveDatasets();
  for (const name of ['movies.json', 'zipcodes.csv']) {
    const key = `web/${name}`;
    await withProgressBar(name, (progress) =>
      datasets.putRequest(`${server.url}/${name}`, key, { metadata: { source: 'http' }, progress }),
    );
  }
}

printHeading('List with metadata');
const objects = await datasets.list();
printTable(
  ['key', 'bytes', 'type', 'source', 'etag'],
  objects.map(({ key, size, contentType, metadata, etag }) => [key, size, contentType, metadata['source'] ?? '', etag]),
);
const folders = await datasets.list({ recursive: false });
printLine(`folders: ${folders.map(({ key }) => key).join(', ')}`);
printLine(`keys that contain "flights": ${await datasets.listFilename({ contains: 'flights', returnType: 'str' })}`);

printHeading('Compute from a stream in chunks of 32 KiB: the weather of Seattle');
const weather = await datasets.get('csv/seattle-weather.csv');
const { kinds, chunks } = await summarizeWeather(weather.stream(32 * 1024));
printLine(`${chunks} chunks`);
printTable(
  ['weather', 'days', 'mean high', 'max rain'],
  kinds.map(({ weather: kind, days, meanHigh, maxRain }) => [kind, days, `${meanHigh.toFixed(1)} C`, `${maxRain.toFixed(1)} mm`]),
);

printHeading('Copy to another bucket');
for (const key of await datasets.listFilename({ prefix: 'csv/' })) {
  const { etag } = await datasets.fcopyTo('vega-archive', `2026/${key}`, key);
  printLine(`2026/${key} ${etag}`);
}

printHeading('Save to a file');
const folder = await mkdtemp(join(tmpdir(), 'anybucket-example-'));
try {
  const { key, size } = await datasets.fget('csv/stocks.csv', join(folder, 'stocks.csv'));
  printLine(`${key}: ${size} bytes, ${(await stat(join(folder, 'stocks.csv'))).size} on disk`);
} finally {
  await rm(folder, { recursive: true });
}

printHeading('Delete several objects');
const { deleted } = await datasets.delete(await datasets.listFilename({ prefix: 'json/' }));
printLine(`${deleted.length} deleted: ${deleted.join(', ')}`);
for (const bucket of await datastore.getBuckets()) printLine(`${bucket.name}: ${(await bucket.listFilename()).length} objects`);
