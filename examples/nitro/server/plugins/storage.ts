import { connect } from '@anybucket/core';
import { defineNitroPlugin } from 'nitropack/runtime';

// Nitro does not wait for plugins, but for the modules that contain them.
const store = await connect('data_store');
await store.createBucket('photos');

/** Closes the store with the server. */
export default defineNitroPlugin(({ hooks }) => {
  hooks.hook('close', () => store.close());
});
