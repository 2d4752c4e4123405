import { connect } from '@anybucket/core';
import { sendObject } from '@anybucket/http';
import { defineEventHandler, getRouterParam } from 'h3';

/** Serves a photo, with ranges and conditional requests. */
export default defineEventHandler(async (event) => {
  const photos = await connect('data_store/photos');
  const key = getRouterParam(event, 'key', { decode: true }) ?? '';
  // The response of Node, unlike a web stream, waits for slow clients.
  await sendObject(photos, key, event.node.req, event.node.res);
});
