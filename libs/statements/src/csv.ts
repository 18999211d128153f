const QUOTED = /[",\r\n]/;
// What a spreadsheet would run: an amount below zero is none of it.
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^-?\d+(\.\d+)?$/;

const cell = (text: string): string => {
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** One line of CSV. Text that a spreadsheet would run as a formula is marked as text. */
export const csvLine = (cells: readonly string[]): string => `${cells.map(cell).join(',')}\n`;
