import { S3Error } from './s3-error.js';

/** An element with either text or child elements. Attributes and prefixes of names are dropped. */
export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

type MutableElement = { name: string; text: string; children: MutableElement[] };

/** Limits of a document. The documents of S3 are at most five levels deep. */
const maxDepth = 16;
const maxElements = 50_000;

/**
 * Parses the document of a request. Refuses document type declarations, so entities cannot be defined.
 *
 * @throws `MalformedXML` if the document is not UTF-8, not well-formed, too large, nested too deeply, or has another root element.
 */
export async function parseXml(xml: string | Buffer, root: string): Promise<XmlElement> {
  const document = typeof xml === 'string' ? xml : decodeUtf8(xml);
  // Loaded on demand: it takes a third of the time in which a server starts.
  const { SaxesParser } = await import('saxes');
  const parser = new SaxesParser({ xmlns: false });
  const top: MutableElement = { name: '', text: '', children: [] };
  const open: MutableElement[] = [top];
  let elements = 0;
  const fail = (): never => {
    throw new S3Error('MalformedXML');
  };
  parser.on('error', fail);
  parser.on('doctype', fail);
  parser.on('opentag', ({ name }) => {
    if (++elements > maxElements || open.length > maxDepth) fail();
    const element: MutableElement = { name: name.slice(name.indexOf(':') + 1), text: '', children: [] };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  const append = (text: string): void => {
    const element = open.at(-1);
    if (element !== undefined) element.text += text;
  };
  parser.on('text', append);
  parser.on('cdata', append);
  parser.on('closetag', () => open.pop());
  parser.write(document).close();
  const [element] = top.children;
  if (element?.name !== root) throw new S3Error('MalformedXML');
  return element;
}

/** Decodes strictly: a key with a replacement character would be the key of another object. */
function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new S3Error('MalformedXML', { cause });
  }
}

/** Returns the first child with a name, or undefined. */
export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}

/** Returns all children with a name. */
export function childrenOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/** Returns the text of the first child with a name, or undefined. */
export function textOf(element: XmlElement, name: string): string | undefined {
  return childOf(element, name)?.text;
}
