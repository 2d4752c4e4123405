import type { HttpResponse } from '../http/http-response.js';

/** Returns the id of a request, which shows that the response comes from an S3 server. moto uses the header of other services of AWS. */
export function readRequestId(response: HttpResponse): string | undefined {
  return response.header('x-amz-request-id') ?? response.header('x-amzn-requestid');
}
