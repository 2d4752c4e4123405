/** Loads memfs. */
export function loadMemfs(): typeof import('memfs');
