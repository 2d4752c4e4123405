/**
 * The main job, as an application would write it: nothing here knows which backend it runs on.
 * `ANYBUCKET_DATA_STORE=memory:`, `fs:./data` or `minio://...` chooses another one.
 */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@anybucket/core';
import { fileOf, serveDatasets } from './datasets.js';
import { heading, line, showTable, transfer } from './report.js';
import { summariseWeather } from './weather.js';

await using store = await connect('data_store');
line(`${store.name} on ${store.backend}`);

heading('Buckets');
for (const name of ['vega-archive', 'vega-datasets']) {
  await store.createBucket(name);
  // What an earlier run has left would change what this one prints.
  const bucket = await store.getBucket(name);
  await bucket.delete(await bucket.listFilename());
}
line(await store.list('str'));

heading('Load: files, streams, HTTP answers');
const datasets = await connect('data_store/vega-datasets');
for (const name of ['cars.json', 'penguins.json', 'flights-2k.json', 'flights-20k.json']) {
  await transfer(name, (progress) => datasets.fput(`json/${name}`, fileOf(name), { metadata: { source: 'file' }, progress }));
}
for (const name of ['stocks.csv', 'seattle-weather.csv', 'airports.csv']) {
  const { size } = await stat(fileOf(name));
  const options = { contentType: 'text/csv', metadata: { source: 'stream' } };
  await transfer(name, (progress) => datasets.put(`csv/${name}`, createReadStream(fileOf(name)), size, { ...options, progress }));
}
{
  await using server = await serveDatasets();
  for (const name of ['movies.json', 'zipcodes.csv']) {
    const key = `web/${name}`;
    await transfer(name, (progress) => datasets.putRequest(`${server.url}/${name}`, key, { metadata: { source: 'http' }, progress }));
  }
}

heading('List, with metadata');
const objects = await datasets.list();
showTable(
  ['key', 'bytes', 'type', 'source', 'etag'],
  objects.map(({ key, size, contentType, metadata, etag }) => [key, size, contentType, metadata['source'] ?? '', etag]),
);
const folders = await datasets.list({ recursive: false });
line(`folders: ${folders.map(({ key }) => key).join(', ')}`);
line(`with "flights" in their names: ${await datasets.listFilename({ contains: 'flights', returnType: 'str' })}`);

heading('Stream 32 KiB at a time, and compute: the weather of Seattle');
const weather = await datasets.get('csv/seattle-weather.csv');
const { kinds, chunks } = await summariseWeather(weather.stream(32 * 1024));
line(`${chunks} chunks`);
showTable(
  ['weather', 'days', 'mean high', 'most rain'],
  kinds.map(({ weather: kind, days, meanHigh, mostRain }) => [kind, days, `${meanHigh.toFixed(1)} C`, `${mostRain.toFixed(1)} mm`]),
);

heading('Copy to another bucket');
for (const key of await datasets.listFilename({ prefix: 'csv/' })) {
  const { etag } = await datasets.fcopyTo('vega-archive', `2026/${key}`, key);
  line(`2026/${key} ${etag}`);
}

heading('Save as a file');
const folder = await mkdtemp(join(tmpdir(), 'anybucket-example-'));
try {
  const { key, size } = await datasets.fget('csv/stocks.csv', join(folder, 'stocks.csv'));
  line(`${key}: ${size} bytes, on disk ${(await stat(join(folder, 'stocks.csv'))).size}`);
} finally {
  await rm(folder, { recursive: true });
}

heading('Delete many');
const { deleted } = await datasets.delete(await datasets.listFilename({ prefix: 'json/' }));
line(`${deleted.length} deleted: ${deleted.join(', ')}`);
for (const bucket of await store.getBuckets()) line(`${bucket.name}: ${(await bucket.listFilename()).length} objects`);
