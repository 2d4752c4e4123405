/**
 * Draws a frame around a text, so that it can't be missed among a test run's output.
 *
 * @param title - stands in the frame's upper edge
 * @param text - lines of plain ASCII
 */
export function box(title: string, text: string): string {
  const lines = text.split('\n');
  const width = Math.max(title.length + 2, ...lines.map((line) => line.length));
  return [
    `╔═ ${title} ${'═'.repeat(width - title.length - 1)}╗`,
    ...lines.map((line) => `║ ${line.padEnd(width)} ║`),
    `╚${'═'.repeat(width + 2)}╝`,
    '',
  ].join('\n');
}
