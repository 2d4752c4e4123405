import type { Readable } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, PutObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';

/** The documents of customers, one object each, in a bucket of S3. */
export class Documents {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  /** Stores a new document. Returns false if the customer already has one of this name. */
  async create(customer: string, name: string, text: string): Promise<boolean> {
    try {
      const object = { Bucket: this.#bucket, Key: `${customer}/${name}`, Body: text, ContentType: 'text/plain' };
      await this.#client.send(new PutObjectCommand({ ...object, IfNoneMatch: '*' }));
      return true;
    } catch (error) {
      if (error instanceof S3ServiceException && error.name === 'PreconditionFailed') return false;
      throw error;
    }
  }

  /** Uploads a stream of any length in parts. */
  async upload(customer: string, name: string, body: Readable): Promise<void> {
    await new Upload({ client: this.#client, params: { Bucket: this.#bucket, Key: `${customer}/${name}`, Body: body } }).done();
  }

  /** Returns the content of a document, or undefined if it does not exist. */
  async read(customer: string, name: string): Promise<Uint8Array | undefined> {
    try {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: `${customer}/${name}` }));
      return await Body?.transformToByteArray();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  /** Returns the names of up to 1000 documents of a customer. */
  async list(customer: string): Promise<string[]> {
    const prefix = `${customer}/`;
    const { Contents = [] } = await this.#client.send(new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: prefix }));
    return Contents.map(({ Key = '' }) => Key.slice(prefix.length));
  }
}
