/**
 * An id that a backend chooses: of a version or of an upload. The model has names for ids; each backend's ids are bound to them when they are
 * first reported.
 */
export class SymbolicId {
  readonly kind: 'version' | 'upload';
  readonly name: string;

  constructor(kind: SymbolicId['kind'], name: string) {
    this.kind = kind;
    this.name = name;
  }
}
