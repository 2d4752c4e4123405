import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { app } from './app.js';
import { toHead, toRequest } from './events.js';

/** The handler of a function URL with the invoke mode `RESPONSE_STREAM`. Objects of any size are streamed. */
export const handler = awslambda.streamifyResponse<APIGatewayProxyEventV2>(async (event, output) => {
  const response = await app(toRequest(event));
  const body = response.body === null ? [] : Readable.fromWeb(response.body);
  await pipeline(body, awslambda.HttpResponseStream.from(output, toHead(response)));
});
