/** Every command of the SDK is handled by the operation of its name, or refused. None is taken for another operation. */
import * as sdk from '@aws-sdk/client-s3';
import { MemoryDatastore } from '@anybucket/backend-memory';
import { assert, expect, test } from 'vitest';
import { awsClient, startServer } from './support.js';

/** Parameters of any command. */
const input = {
  Bucket: 'photos',
  Key: 'k',
  Id: 'id',
  UploadId: 'upload',
  PartNumber: 1,
  CopySource: 'photos/k',
  RenameSource: 'photos/k',
  RequestRoute: 'route',
  RequestToken: 'token',
  MFA: 'device code',
  Delete: { Objects: [{ Key: 'other' }] },
  Tagging: { TagSet: [] },
  ObjectAttributes: ['ETag'],
  AnnotationName: 'name',
};

type Command = new (input: unknown) => Parameters<sdk.S3Client['send']>[0];
const commands = Object.entries(sdk)
  .filter(([name]) => name.endsWith('Command') && name !== '$Command')
  // Sent to another host.
  .filter(([name]) => name !== 'WriteGetObjectResponseCommand');

test.each(commands)('%s', async (name, command) => {
  const server = await startServer({}, new MemoryDatastore({ buckets: { photos: { k: 'x' } } }));
  const client = awsClient(server);
  const failure: unknown = await client.send(new (command as unknown as Command)(input)).then(
    () => undefined,
    (error: unknown) => error,
  );
  const [request] = server.requests;
  assert(request !== undefined, String(failure));
  const operation = name.replace(/Command$/, '');
  expect(request.status === 501 ? operation : request.operation).toBe(operation);
});

test('an unknown subresource is refused, and an empty option is not', async () => {
  const server = await startServer({ anonymous: 'read' }, new MemoryDatastore({ buckets: { photos: { k: 'x' } } }));
  const unknown = await fetch(`${server.url}/photos/k?novelty`);
  expect([unknown.status, await unknown.text()]).toEqual([501, expect.stringContaining('The subresource &#34;novelty&#34;')]);
  for (const path of ['?prefix=&delimiter=&marker=', '/k?versionId=', '/k?x-id=GetObject', '/k?response-content-type='])
    expect([path, (await fetch(`${server.url}/photos${path}`)).status]).toEqual([path, 200]);
});
