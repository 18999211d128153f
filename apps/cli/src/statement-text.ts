import type { Money, Statement, StatementAdjustment } from '#statements';

const text = ({ amount, currency }: Money): string => `${amount} ${currency}`;

/** A titled table of a text for people; nothing where it has no rows. */
export const section = (title: string, rows: readonly (readonly string[])[]): string => {
  if (rows.length === 0) return '';
  const widths = (rows[0] as readonly string[]).map((_, i) => Math.max(...rows.map((row) => (row[i] as string).length)));
  const lines = rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i] as number)).join('  ').trimEnd());
  return `\n${title}\n${lines.map((line) => `  ${line}\n`).join('')}`;
};

const adjustmentCells = ({ component, origin, postedIn, amount, deals, causes }: StatementAdjustment): string[] => [
  `for ${origin}`, component, text(amount),
  deals.map(({ deal, amount: part }) => `${deal ?? 'without a deal'} ${part}`).join(', '),
  `posted in ${postedIn}, because of events ${causes.join(', ')}`,
];

/** A statement as a payee reads it. */
export const statementText = (statement: Statement): string =>
  [
    `Statement of ${statement.name} (${statement.payee}) for ${statement.period}, at position ${statement.position}\n`,
    section('Attainment', statement.attainment.map(({ component, measure, quota, attainment }) => [
      component,
      measure === undefined ? '' : `measure ${measure}`,
      quota === undefined ? 'no quota' : `quota ${quota}`,
      attainment === undefined ? '' : `attainment ${attainment}`,
    ])),
    section('Earned', statement.lines.map(({ id, amount, reason }) => [id, text(amount), reason])),
    section('Total earned', statement.earned.map((amount) => [text(amount)])),
    section('Adjustments to earlier months', statement.adjustments.map(adjustmentCells)),
    section('Adjusted later', statement.adjustedLater.map(adjustmentCells)),
    section('Payable', statement.payable.map(({ period, amount }) => [period, text(amount)])),
    section('Balances at the end', statement.balances.map(({ account, amount }) => [account, text(amount)])),
    section('Payouts', statement.payouts.map(({ payout, status, amount }) => [payout, status, text(amount)])),
  ].join('');
