import { randomUUID } from 'node:crypto';
import { connect } from '@anybucket/core';
import { isUploadError, receiveUpload } from '@anybucket/http';
import { createError, defineEventHandler, setResponseStatus } from 'h3';

/** Stores the photos of a form. */
export default defineEventHandler(async (event) => {
  const photos = await connect('data_store/photos');
  try {
    const options = { key: () => randomUUID(), maxFileSize: 5_000_000, types: ['image/*'] };
    const { files } = await receiveUpload(event.node.req, photos, options);
    setResponseStatus(event, 201);
    return files;
  } catch (error) {
    if (!isUploadError(error)) throw error;
    throw createError({ status: error.status, statusMessage: error.code, message: error.message });
  }
});
