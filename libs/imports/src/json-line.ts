import type { Item } from './item.js';
import type { Line } from './rows.js';

const SHOWN = 200;

/** A row that cannot be read at all. */
export const malformed = (line: number, message: string, column?: number, row?: unknown): Item => ({
  line,
  faults: [{ code: 'Malformed', message, ...(column !== undefined && { column }) }],
  ...(row !== undefined && { row: () => row }),
});

/** The step that one line of JSON states. */
export const jsonItem = ({ line, text, fault }: Line): Item => {
  if (fault) return malformed(line, fault.message, fault.column, text.slice(0, SHOWN));
  try {
    const step: unknown = JSON.parse(text);
    return { line, step };
  } catch (error) {
    const { message } = error as SyntaxError;
    const position = /at position (\d+)/.exec(message)?.[1];
    const column = position === undefined ? text.length + 1 : Number(position) + 1;
    return malformed(
      line,
      `not a JSON object on one line: ${message}`,
      column,
      text.slice(0, SHOWN),
    );
  }
};
