// docs/compatibility.md.

/** Returns the document for the results of all scenarios. */
export function report(results) {
  return `${results.length}\n`;
}
