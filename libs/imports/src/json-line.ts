import type { Item } from './item.js';
import { faultInJson, isSuspicious } from './json-text.js';
import type { Line } from './rows.js';

const SHOWN = 200;

/** A row that cannot be read at all. */
export const malformed = (line: number, message: string, column?: number, row?: unknown): Item => ({
  line,
  faults: [{ code: 'Malformed', message, ...(column !== undefined && { column }) }],
  ...(row !== undefined && { row: () => row }),
});

const parsed = (text: string): { step: unknown } | undefined => {
  try {
    return { step: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
};

/** The step that one line of JSON states; a line from which reading would lose something is faulty. */
export const jsonItem = ({ line, text, fault }: Line): Item => {
  if (fault) return malformed(line, fault.message, fault.column, text.slice(0, SHOWN));
  const read = parsed(text);
  if (read && !isSuspicious(text, read.step)) return { line, step: read.step };
  const wrong = faultInJson(text);
  if (wrong) return malformed(line, wrong.message, wrong.column, text.slice(0, SHOWN));
  return read
    ? { line, step: read.step }
    : malformed(line, 'not a JSON object on one line', 1, text.slice(0, SHOWN));
};
