import { connect } from '@anybucket/core';
import { createApp } from './app.js';

const store = await connect('data_store');
for (const name of ['photos', 'site']) await store.createBucket(name);
const server = createApp(store.bucket('photos'), store.bucket('site')).listen(3000);
process.once('SIGTERM', () => server.close(() => void store.close()));
