import { resolveRange } from '@anybucket/core/backend';
import { objectHeaders } from '../protocol/object-headers.js';
import { requestedVersion } from './object-version.js';
import type { Operation } from './operation.js';
import { checkReadConditions } from './read-conditions.js';
import { contentRange, parseRange } from './requested-range.js';
import { applyOverrides } from './response-overrides.js';

export const headObject: Operation = {
  name: 'HeadObject',
  access: 'read',
  async handle(context) {
    const { bucket, request } = context;
    const versionId = requestedVersion(context);
    const info = await bucket.stat(request.key, versionId === undefined ? undefined : { versionId });
    checkReadConditions(request.headers, info);
    const requested = parseRange(request.headers.get('range'));
    const range = requested === undefined ? undefined : resolveRange(requested, info.size);
    const headers = objectHeaders(info);
    headers.push('Content-Length', String(range === undefined ? info.size : range.end - range.start));
    if (range !== undefined) headers.push('Content-Range', contentRange(range));
    applyOverrides(headers, request.query);
    return { status: range === undefined ? 200 : 206, headers };
  },
};
