import { amountColumns, statementSections, type Statement } from '#statements';

/** Rows as lines of aligned columns, amounts at the right. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const columns = amountColumns(rows).map((isAmounts, i) => {
    const width = Math.max(...rows.map((row) => (row[i] as string).length));
    return (cell: string): string => (isAmounts ? cell.padStart(width) : cell.padEnd(width));
  });
  const lines = rows.map((row) =>
    row
      .map((cell, i) => (columns[i] as (cell: string) => string)(cell))
      .join('  ')
      .trimEnd(),
  );
  return lines.map((line) => `${line}\n`).join('');
};

/** A titled table of a text for people; nothing where it has no rows. */
export const section = (title: string, rows: readonly (readonly string[])[]): string =>
  rows.length === 0 ? '' : `\n${title}\n${table(rows).replace(/^(?=.)/gm, '  ')}`;

/** A statement as a payee reads it. */
export const statementText = (statement: Statement): string =>
  [
    `Statement of ${statement.name} (${statement.payee}) for ${statement.period}, at position ${statement.position}\n`,
    ...statementSections(statement).map(({ title, rows }) => section(title, rows)),
  ].join('');
