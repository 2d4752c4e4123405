import { randomUUID } from 'node:crypto';
import { connect } from '@anybucket/core';
import { isUploadError, receiveUpload } from '@anybucket/http';

/** Stores the photos of a form. */
export async function POST(request: Request): Promise<Response> {
  const photos = await connect('data_store/photos');
  try {
    const { files } = await receiveUpload(request, photos, { key: () => randomUUID(), maxFileSize: 5_000_000, types: ['image/*'] });
    return Response.json(files, { status: 201 });
  } catch (error) {
    if (!isUploadError(error)) throw error;
    return Response.json({ code: error.code }, { status: error.status });
  }
}
