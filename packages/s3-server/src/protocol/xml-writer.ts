const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

const escapes: Readonly<Record<string, string>> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};
const special = /["'&<>\t\n\r\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;

/** Escapes a text for an element. As in MinIO, characters that XML 1.0 cannot represent become U+FFFD. */
export function escapeXml(text: string): string {
  return text.replace(special, (character) => escapes[character] ?? '\ufffd');
}

/** Returns an element with a text. */
export function textElement(name: string, text: string | number | boolean): string {
  return `<${name}>${typeof text === 'string' ? escapeXml(text) : text}</${name}>`;
}

/** Returns an element with a text, or nothing if the text is undefined or empty. */
export function optionalElement(name: string, text: string | undefined): string {
  return text === undefined || text === '' ? '' : textElement(name, text);
}

/** Returns an element that contains other elements. */
export function parentElement(name: string, children: string): string {
  return `<${name}>${children}</${name}>`;
}

/** Returns a document in the namespace of S3. */
export function xmlDocument(root: string, children: string): string {
  return `${declaration}<${root} xmlns="${namespace}">${children}</${root}>`;
}

/** Returns a document without a namespace. */
export function plainXmlDocument(root: string, children: string): string {
  return `${declaration}<${root}>${children}</${root}>`;
}
