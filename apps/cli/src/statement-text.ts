import { statementSections, type Statement } from '#statements';

/** A titled table of a text for people; nothing where it has no rows. */
export const section = (title: string, rows: readonly (readonly string[])[]): string => {
  if (rows.length === 0) return '';
  const widths = (rows[0] as readonly string[]).map((_, i) =>
    Math.max(...rows.map((row) => (row[i] as string).length)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] as number))
      .join('  ')
      .trimEnd(),
  );
  return `\n${title}\n${lines.map((line) => `  ${line}\n`).join('')}`;
};

/** A statement as a payee reads it. */
export const statementText = (statement: Statement): string =>
  [
    `Statement of ${statement.name} (${statement.payee}) for ${statement.period}, at position ${statement.position}\n`,
    ...statementSections(statement).map(({ title, rows }) => section(title, rows)),
  ].join('');
