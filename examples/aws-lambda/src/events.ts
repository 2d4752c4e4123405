import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** Converts an event of an HTTP API or a function URL to a web request. */
export function toRequest(event: APIGatewayProxyEventV2): Request {
  const { method } = event.requestContext.http;
  const url = `https://${event.requestContext.domainName}${event.rawPath}?${event.rawQueryString}`;
  const body = event.body === undefined ? null : Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8');
  return new Request(url, { method, headers: toHeaders(event.headers), body });
}

function toHeaders(values: APIGatewayProxyEventV2['headers']): Headers {
  return new Headers(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** Converts a web response to the result of a function. */
export async function toResult(response: Response): Promise<APIGatewayProxyStructuredResultV2> {
  return { ...toHead(response), body: Buffer.from(await response.arrayBuffer()).toString('base64'), isBase64Encoded: true };
}

/** Returns the status and the headers of a response. */
export function toHead({ status, headers }: Response): { readonly statusCode: number; readonly headers: Record<string, string> } {
  return { statusCode: status, headers: Object.fromEntries(headers) };
}
