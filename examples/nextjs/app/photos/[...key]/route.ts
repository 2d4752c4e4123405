import { connect } from '@anybucket/core';
import { serveObject } from '@anybucket/http';

interface Context {
  readonly params: Promise<{ readonly key: readonly string[] }>;
}

/** Serves a photo, with ranges and conditional requests. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const photos = await connect('data_store/photos');
  return serveObject(photos, (await params).key.join('/'), request);
}

export { GET as HEAD };
