const QUOTED = /[",;\t\r\n]/;
// What a spreadsheet would run, wherever it takes a cell to begin: one that splits at semicolons or tabs as well.
const FORMULA = /(^|[;\t\r\n])(?=[=+\-@＝＋－＠\t\r\n])/g;
// An amount below zero is none of it, and stays a number.
const NUMBER = /^-?\d+(\.\d+)?$/;

const cell = (text: string): string => {
  const safe = NUMBER.test(text) ? text : text.replaceAll(FORMULA, "$1'");
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** One line of CSV. Text that a spreadsheet would run as a formula is marked as text. */
export const csvLine = (cells: readonly string[]): string => `${cells.map(cell).join(',')}\n`;
