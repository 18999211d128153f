import { formatUnits, minorUnits } from '#kernel';
import type { AttachEvidence, PinnedStatement } from '#disputes';
import type { Difference } from '../../worker/src/simulation-summary.js';
import { section, table } from './statement-text.js';

/** A dispute as it is answered. */
export type Shown = Readonly<Record<string, unknown>> & {
  readonly resolution?: {
    readonly outcome: string;
    readonly text?: string;
    readonly remedy?: object;
  };
  readonly statement?: PinnedStatement;
  readonly attachments: readonly AttachEvidence[];
  readonly thread: readonly Readonly<Record<string, unknown>>[];
};

const aboutText = ({ about }: Shown): string =>
  Object.entries(about as object)
    .map(([name, of]) => `${name} ${String(of)}`)
    .join(', ');

/** A dispute as a row of a list. */
export const cellsOf = (dispute: Shown): string[] => {
  const { id, status, payee, claim, responsible, due, overdue } = dispute;
  const until = due === undefined ? '' : `, due ${String(due)}`;
  const waits = responsible === undefined ? '' : `for ${String(responsible)}${until}`;
  return [
    ...[id, status, payee, aboutText(dispute), claim].map(String),
    `${waits}${overdue ? ', OVERDUE' : ''}`,
  ];
};

/** What a remedy changes for a payee's component, as a row. */
export const differenceCells = ({
  payee,
  component,
  currency,
  before,
  after,
}: Difference): string[] => {
  const text = (amount: bigint): string => formatUnits(amount, minorUnits(currency));
  return [
    payee,
    component,
    `${text(before)} -> ${text(after)} ${currency}`,
    `difference ${text(after - before)}`,
  ];
};

/** The same as an object of texts. */
export const differenceJson = ({
  payee,
  component,
  currency,
  before,
  after,
}: Difference): object => {
  const text = (amount: bigint): string => formatUnits(amount, minorUnits(currency));
  return {
    payee,
    component,
    currency,
    before: text(before),
    after: text(after),
    difference: text(after - before),
  };
};

const threadCells = ({ type, by, recorded, ...said }: Shown['thread'][number]): string[] => {
  const { position: _position, remedy, ...words } = said;
  const told = Object.entries(words).map(([name, of]) => `${name}: ${String(of)}`);
  return [
    String(recorded),
    String(by),
    String(type),
    [...told, remedy && JSON.stringify(remedy)].filter(Boolean).join(', '),
  ];
};

/** A dispute as people read it, with what its remedy has changed. */
export const disputeText = (found: Shown, changed: readonly Difference[]): string => {
  const { statement, resolution, attachments, thread } = found;
  return [
    table([cellsOf(found)]),
    statement
      ? `about the statement of ${statement.period} at position ${statement.position}, ${statement.sha256}\n`
      : '',
    resolution
      ? `${resolution.outcome}${resolution.text === undefined ? '' : `: ${resolution.text}`}\n`
      : '',
    section('What it changed', changed.map(differenceCells)),
    section(
      'Attachments',
      attachments.map(({ name, mediaType, bytes, sha256 }) => [
        name,
        mediaType,
        `${bytes} bytes`,
        sha256,
      ]),
    ),
    section('Thread', thread.map(threadCells)),
  ].join('');
};
