import { createHash } from 'node:crypto';

/** What an object was made of: from it follow the body, the type, the metadata and the tags. */
export interface Made {
  readonly id: number;
  /** Bytes. */
  readonly size: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** What a worker does to one of its keys. */
export type Action =
  | { readonly kind: 'put'; readonly key: string; readonly made: Made }
  | { readonly kind: 'copy'; readonly key: string; readonly from: string }
  | { readonly kind: 'tag'; readonly key: string; readonly tags: Readonly<Record<string, string>> }
  | { readonly kind: 'delete'; readonly key: string };

/** What each key holds. */
export type Model = Map<string, Made>;

/** What a model becomes by an action. */
export function apply(model: Model, action: Action): void {
  const { key } = action;
  if (action.kind === 'put') model.set(key, action.made);
  if (action.kind === 'delete') model.delete(key);
  const source = model.get(action.kind === 'copy' ? action.from : key);
  if (action.kind === 'copy' && source !== undefined) model.set(key, source);
  if (action.kind === 'tag' && source !== undefined) model.set(key, { ...source, tags: action.tags });
}

/** A body that no other id has, not even in a part. */
export function bodyOf({ id, size }: Made): Buffer {
  const block = createHash('sha512').update(String(id)).digest();
  return Buffer.alloc(size, block);
}

export function headersOf({ id, size, tags }: Made): {
  contentType: string;
  metadata: Record<string, string>;
  tags: Record<string, string>;
} {
  return { contentType: `x/${id}`, metadata: { id: String(id), size: String(size) }, tags: { ...tags } };
}
