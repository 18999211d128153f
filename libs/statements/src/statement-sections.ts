import { Exact, showRatio } from '#kernel';
import { csvLine } from './csv.js';
import type { NextStep } from './next-step.js';
import type { Money, StatementLine } from './statement-lines.js';
import type { Statement, StatementAdjustment } from './statement.js';

/** A titled table of a statement, as people read it: text and PDF show the same ones. */
export interface StatementSection {
  readonly title: string;
  readonly rows: readonly (readonly string[])[];
}

const AMOUNT = /^-?[\d,]+(\.\d+)?( [A-Z]{3})?$/;

/** Of each column whether it holds amounts and nothing else: they stand at the right. */
export const amountColumns = (rows: StatementSection['rows']): boolean[] =>
  (rows[0] ?? []).map((_, i) =>
    rows.every((row) => row[i] === '' || AMOUNT.test(row[i] as string)),
  );

const text = ({ amount, currency }: Money): string => `${amount} ${currency}`;
const percent = (ratio: string): string => showRatio(Exact.from(ratio));

const bringsText = ({ rate, multiplier, amount, pays }: NextStep): string => {
  if (rate !== undefined) return percent(rate);
  if (multiplier !== undefined) return `${multiplier} times the base rate`;
  if (amount !== undefined) return `a fixed ${amount}`;
  return pays === undefined ? '' : `pays ${percent(pays)} of the target`;
};

const nextText = (next: NextStep | undefined): string => {
  if (!next) return '';
  const from = next.by === 'value' ? next.from : percent(next.from);
  return `next from ${from}: ${bringsText(next)}; ${next.missing} missing`;
};

const attainmentCells = ({
  component,
  measure,
  quota,
  attainment,
  next,
}: Statement['attainment'][number]): string[] => [
  component,
  measure === undefined ? '' : `measure ${measure}`,
  quota === undefined ? 'no quota' : `quota ${quota}`,
  attainment === undefined ? '' : percent(attainment),
  nextText(next),
];

const lineCells = ({ id, amount, reason }: StatementLine): string[] => [id, text(amount), reason];

const dealsText = ({ deals }: StatementAdjustment): string =>
  deals
    .map(
      ({ deal, amount }) => `${deal === undefined ? 'without a deal' : `deal ${deal}`} ${amount}`,
    )
    .join(', ');

const becauseOf = ({ causes }: StatementAdjustment): string =>
  causes.length === 0 ? '' : `because of events ${causes.join(', ')}`;

// What was changed later stands directly under the lines of the month and component that it changes.
const earnedRows = ({ lines, adjustedLater }: Statement): string[][] => {
  const keys = [
    ...lines.map(({ month, component }) => `${month}.${component}`),
    ...adjustedLater.map(({ origin, component }) => `${origin}.${component}`),
  ];
  return [...new Set(keys)].flatMap((key) => [
    ...lines.filter(({ month, component }) => `${month}.${component}` === key).map(lineCells),
    ...adjustedLater
      .filter(({ origin, component }) => `${origin}.${component}` === key)
      .map((item) => [
        `${key}, adjusted`,
        text(item.amount),
        `posted in ${item.postedIn}: ${dealsText(item)}, ${becauseOf(item)}`,
      ]),
  ]);
};

const adjustmentCells = (item: StatementAdjustment): string[] => [
  `for ${item.origin}`,
  item.component,
  item.adjusts === undefined ? '' : `closed with ${text(item.adjusts)}`,
  text(item.amount),
  `${dealsText(item)}, ${becauseOf(item)}`,
];

const disputeCells = ({
  dispute,
  status,
  about,
  claim,
}: Statement['disputes'][number]): string[] => [
  dispute,
  status,
  Object.entries(about)
    .map(([name, of]) => `${name} ${String(of)}`)
    .join(', '),
  claim,
];

/** The tables of a statement, in the order in which people look; those without rows are left out. */
export const statementSections = (statement: Statement): StatementSection[] =>
  [
    { title: 'Attainment', rows: statement.attainment.map(attainmentCells) },
    { title: 'Earned', rows: earnedRows(statement) },
    { title: 'Total earned', rows: statement.earned.map((amount) => [text(amount)]) },
    { title: 'Adjustments to earlier months', rows: statement.adjustments.map(adjustmentCells) },
    {
      title: 'Payable',
      rows: statement.payable.map(({ period, amount }) => [period, text(amount)]),
    },
    {
      title: 'Balances at the end',
      rows: statement.balances.map(({ account, amount }) => [account, text(amount)]),
    },
    {
      title: 'Payouts',
      rows: statement.payouts.map(({ payout, status, amount }) => [payout, status, text(amount)]),
    },
    { title: 'Disputes', rows: statement.disputes.map(disputeCells) },
  ].filter(({ rows }) => rows.length > 0);

const COLUMNS = [
  'id',
  'component',
  'month',
  'deal',
  'line',
  'kind',
  'on',
  'reason',
  'amount',
  'currency',
];

/** The lines of a statement as CSV. */
export const statementCsv = ({ lines }: Statement): string =>
  [
    csvLine(COLUMNS),
    ...lines.map(({ id, component, month, deal, line, kind, on, reason, amount }) =>
      csvLine([
        id,
        component,
        month,
        deal ?? '',
        line ?? '',
        kind ?? '',
        on ?? '',
        reason,
        amount.amount,
        amount.currency,
      ]),
    ),
  ].join('');
