import { protocolError } from '../s3/protocol-error.js';

/** Maximum number of consecutive pages without an entry: a server may send some while it skips deleted objects. */
const maxEmptyPages = 100;
/** Maximum number of consecutive pages with entries that do not advance. MinIO may send such a page after a folder. */
const maxRepeatedPages = 3;

/** Ends a listing whose pages do not advance. */
export class ListProgress {
  readonly #tokens = new Set<string>();
  #emptyPages = 0;
  #repeatedPages = 0;

  /**
   * Must be called for each page that is not the last.
   * @param token where the server continues.
   * @throws `InternalError` if the listing would not end.
   */
  check(page: { readonly isEmpty: boolean; readonly advances: boolean; readonly token: string }): void {
    if (page.advances) {
      this.#emptyPages = 0;
      this.#repeatedPages = 0;
      this.#tokens.clear();
    } else if (page.isEmpty) this.#emptyPages++;
    else this.#repeatedPages++;
    if (!page.advances && this.#tokens.has(page.token)) throw protocolError('the pages of a listing repeat their continuation token');
    this.#tokens.add(page.token);
    if (this.#emptyPages > maxEmptyPages || this.#repeatedPages > maxRepeatedPages)
      throw protocolError('the pages of a listing do not advance');
  }
}
