import type { RecordedEvent } from '#event-store';
import { refuse } from '#kernel';
import { makersOf } from '#statements';
import type { OpenCompany } from './company.js';
import { accessControl } from './controls/access.js';
import { adjustmentsControl } from './controls/adjustments.js';
import type { ControlReport, Span } from './controls/control.js';
import { dutiesControl } from './controls/duties.js';
import { forgottenControl } from './controls/forgotten.js';
import { importsControl } from './controls/imports.js';
import type { ControlName } from './controls/names.js';
import { planChangesControl } from './controls/plan-changes.js';
import { reconciliationControl, type SentFile } from './controls/reconciliation.js';

export type { ControlReport } from './controls/control.js';
export { CONTROLS, type ControlName } from './controls/names.js';

/** What a control is asked about; all that was recorded where nothing is said. */
export interface ControlQuestion {
  /** Log positions, inclusive. */
  readonly from?: bigint;
  readonly to?: bigint;
  readonly payout?: string;
  /** Imported files, to be read again. */
  readonly files?: readonly string[];
  readonly sent?: SentFile;
}

const creditAdjustments = async (
  { store }: OpenCompany,
  upTo: bigint,
): Promise<RecordedEvent[]> => {
  const found: RecordedEvent[] = [];
  for await (const page of store.readAll(0n, { categories: ['creditadjustment'], upTo }))
    found.push(...page);
  return found;
};

/** What a control comes to, by what was known at the end of the span that is asked about. */
export const controlOf = async (
  company: OpenCompany,
  name: ControlName,
  question: ControlQuestion = {},
): Promise<ControlReport> => {
  const head = await company.catchUp();
  const to = question.to === undefined || question.to > head ? head : question.to;
  const span: Span = { from: question.from ?? 0n, to };
  const { store, database } = company;
  if (name === 'imports') return importsControl(store, span, question.files);
  if (name === 'forgotten') return forgottenControl(store, span);
  if (name === 'access') return accessControl(store, span);
  const { book, payouts } = await company.knownAt(to);
  if (!book.hasCalendar) refuse('CalendarNotDefined', 'No fiscal calendar was defined by then.');
  switch (name) {
    case 'adjustments':
      return adjustmentsControl(book, await creditAdjustments(company, to), payouts, span);
    case 'plans':
      return planChangesControl(book, span);
    case 'duties':
      return dutiesControl(book, payouts, (payees) => makersOf(database.pool, payees), span);
    case 'reconcile':
      return reconciliationControl(company, question.payout, question.sent);
  }
};
