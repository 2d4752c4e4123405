import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { app } from './app.js';
import { toRequest, toResult } from './events.js';

/** The handler of an HTTP API or a function URL. Lambda limits its responses to 6 MB. */
export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  return toResult(await app(toRequest(event)));
}
