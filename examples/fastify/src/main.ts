import { connect } from '@anybucket/core';
import { createApp } from './app.js';

const store = await connect('data_store');
await store.createBucket('photos');
const app = await createApp(store.bucket('photos'));
app.addHook('onClose', () => store.close());
await app.listen({ port: 3000 });
process.once('SIGTERM', () => void app.close());
