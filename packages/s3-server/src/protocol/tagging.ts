import type { Tags } from '@anybucket/core';
import { QueryParameters } from './query-parameters.js';
import { S3Error } from './s3-error.js';
import { childOf, childrenOf, parseXml, textOf } from './xml-parser.js';
import type { XmlElement } from './xml-parser.js';
import { parentElement, textElement, xmlDocument } from './xml-writer.js';

/** Returns a `Tagging` document. */
export function taggingDocument(tags: Tags): string {
  const elements = Object.entries(tags).map(([key, value]) => parentElement('Tag', textElement('Key', key) + textElement('Value', value)));
  return xmlDocument('Tagging', parentElement('TagSet', elements.join('')));
}

/** Parses a `Tagging` document. @throws `MalformedXML`, `InvalidTag` for a key that occurs twice. */
export async function parseTagging(xml: string | Buffer): Promise<Record<string, string>> {
  const set = childOf(await parseXml(xml, 'Tagging'), 'TagSet');
  if (set === undefined) throw new S3Error('MalformedXML');
  return readTagElements(set);
}

/** Returns the tags in the `Tag` elements of a parent. @throws `InvalidTag` for a malformed one, or a key that occurs twice. */
export function readTagElements(parent: XmlElement): Record<string, string> {
  return toTags(childrenOf(parent, 'Tag').map((tag) => [textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? '']));
}

/** A bucket may have more tags than an object. @throws `BadRequest` for more than 50 tags. */
export function checkBucketTags(tags: Tags): Tags {
  if (Object.keys(tags).length > maxBucketTags)
    throw new S3Error('BadRequest', { message: `Bucket tag count cannot be greater than ${maxBucketTags}` });
  return tags;
}

/** Parses an `x-amz-tagging` header. @throws `InvalidTag` if it is malformed, or for a key that occurs twice. */
export function parseTaggingHeader(header: string): Record<string, string> {
  const parameters = QueryParameters.parse(header);
  if (parameters === undefined) throw new S3Error('InvalidTag');
  return toTags([...parameters]);
}

const maxBucketTags = 50;
const allowedTagText = /^[a-zA-Z0-9 +\-=._:/@]*$/;

function toTags(entries: readonly (readonly [string, string])[]): Record<string, string> {
  // Checked here for the messages of MinIO; the core checks the same.
  for (const [key, value] of entries) {
    if (key === '' || key.length > 128 || !allowedTagText.test(key))
      throw new S3Error('InvalidTag', { message: 'The TagKey you have provided is invalid' });
    if (value.length > 256 || !allowedTagText.test(value))
      throw new S3Error('InvalidTag', { message: 'The TagValue you have provided is invalid' });
  }
  const tags = Object.fromEntries(entries);
  if (Object.keys(tags).length !== entries.length)
    throw new S3Error('InvalidTag', { message: 'Cannot provide multiple Tags with the same key' });
  return tags;
}
