import { creditRows, creditsIn, uncreditedRows } from '#crediting';
import type { Book, CreditRow, UncreditedRow } from '#crediting';
import { earningsOf, type MissingRate } from '#earnings';
import { firstDrawMonth } from './draws.js';
import { horizonOf } from './horizon.js';
import { positionsFor } from './late.js';
import { withManual } from './manual.js';
import { View } from './origins.js';
import { payCurrency } from './pay-currency.js';
import { PayeeLedger, type Basis } from './payee-ledger.js';
import type { Payout } from './payouts.js';
import type { AttainmentRow, Ledger } from './rows.js';

/** What to calculate of a book. */
export interface CalculateOptions {
  /** Whose ledger; everybody's if not given. It does not depend on who else is asked for. */
  readonly payees?: Iterable<string>;
  /** The last fiscal month; if not given, the end of the fiscal year of the latest activity. */
  readonly through?: number;
  /** Whether every amount carries the tree that explains it. */
  readonly trace?: boolean;
  /** The payouts that are known, for what was paid. */
  readonly payouts?: readonly Payout[];
}

type Settings = Required<Omit<CalculateOptions, 'payees'>>;

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

// A closed month is what was known when it was closed; an open one is what is known now.
const basesOf = (book: Book, payee: string, settings: Settings): ((month: number) => Basis) => {
  const { through, trace } = settings;
  const closes = [...book.closes].sort((a, b) => a.month - b.month);
  const positions = positionsFor(book, payee);
  const views = new Map<number, View>();
  const viewAt = (position: number): View => {
    let view = views.get(position);
    if (!view) {
      const known = position === Infinity ? book : book.asOf(position);
      view = new View(
        known,
        withManual(known, earningsOf(known, payee, { through, trace }), trace),
      );
      views.set(position, view);
    }
    return view;
  };
  const open: Basis = { position: Infinity, view: viewAt(Infinity) };
  const closed = closes.map(({ month, position }): readonly [number, Basis] => [
    month,
    { position, view: viewAt(positions.get(month) ?? position) },
  ]);
  return (month) => closed.find(([last]) => last >= month)?.[1] ?? open;
};

const firstMonth = (payee: string, views: Iterable<View>, payouts: readonly Payout[]): number => {
  let first = Infinity;
  for (const { origins } of views) first = Math.min(first, origins[0]?.month ?? Infinity);
  for (const { amounts, through } of payouts) {
    if (amounts.some((amount) => amount.payee === payee)) first = Math.min(first, through);
  }
  return first;
};

type PayeeResult = Pick<
  Ledger,
  'attainment' | 'earnings' | 'adjustments' | 'payable' | 'balances' | 'missingRates' | 'postings'
>;

const calculatePayee = (book: Book, payee: string, settings: Settings): PayeeResult => {
  const { through, trace, payouts } = settings;
  const basisOf = basesOf(book, payee, settings);
  const { view } = basisOf(Infinity);
  const views = new Set([view, ...book.closes.map(({ month }) => basisOf(month).view)]);
  // A draw that was given in a closed month was given, even if its plan has been changed since.
  const firstDraw = Math.min(...[...views].map((known) => firstDrawMonth(known.book, payee)));
  const ledger = new PayeeLedger(payee, basisOf, payouts, firstDraw, trace);
  ledger.run(Math.min(firstMonth(payee, views, payouts), firstDraw), through);
  const rows: AttainmentRow[] = [];
  for (const { plan, component, attainment: standings } of view.earnings.components) {
    for (const { month, window, measure, quota, attainment } of standings) {
      rows.push({ payee, plan, component, window, month, measure, quota, attainment });
    }
  }
  const currency = payCurrency(book, payee, through);
  const unconverted =
    currency === undefined
      ? []
      : view.origins.flatMap((origin) => origin.missingRates(payee, currency));
  const missingRates = [...view.earnings.missingRates, ...unconverted, ...ledger.missingRates];
  // Only rows: what they were worked out from can go before the next payee comes.
  const { earnings, adjustments, payable, balances, postings } = ledger;
  return { attainment: rows, earnings, adjustments, payable, balances, missingRates, postings };
};

const sortedCredits = (book: Book, payees: ReadonlySet<string> | undefined): CreditRow[] => {
  const deals = [...creditsIn(book).deals].sort((a, b) => byCodeUnits(a.deal.id, b.deal.id));
  const rows = deals.flatMap((credited) => creditRows(book, credited));
  return payees ? rows.filter((row) => payees.has(row.payee)) : rows;
};

const uncreditedIn = (book: Book, missing: readonly MissingRate[]): UncreditedRow[] => {
  const rows = creditsIn(book).deals.flatMap(uncreditedRows);
  const deals = new Set(missing.flatMap(({ deal }) => deal ?? []));
  for (const deal of deals) rows.push({ deal, reason: 'no-fx-rate' });
  return rows.sort((a, b) => byCodeUnits(a.deal, b.deal) || byCodeUnits(a.reason, b.reason));
};

type Rows = Pick<Ledger, 'through'> & PayeeResult;

/**
 * A ledger whose credits are worked out when they are asked for: they do not depend on plans. It is
 * a class, since the engine keeps the getters of a plain object, and with them the whole book, until
 * it collects what is old.
 */
class CalculatedLedger implements Ledger {
  readonly through: Ledger['through'];
  readonly attainment: Ledger['attainment'];
  readonly earnings: Ledger['earnings'];
  readonly adjustments: Ledger['adjustments'];
  readonly payable: Ledger['payable'];
  readonly balances: Ledger['balances'];
  readonly missingRates: Ledger['missingRates'];
  readonly postings: Ledger['postings'];
  #credits: CreditRow[] | undefined;
  #uncredited: UncreditedRow[] | undefined;
  readonly #book: Book;
  readonly #asked: ReadonlySet<string> | undefined;

  constructor(book: Book, asked: ReadonlySet<string> | undefined, rows: Rows) {
    this.#book = book;
    this.#asked = asked;
    this.through = rows.through;
    this.attainment = rows.attainment;
    this.earnings = rows.earnings;
    this.adjustments = rows.adjustments;
    this.payable = rows.payable;
    this.balances = rows.balances;
    this.missingRates = rows.missingRates;
    this.postings = rows.postings;
  }

  get credits(): Ledger['credits'] {
    return (this.#credits ??= sortedCredits(this.#book, this.#asked));
  }

  get uncredited(): Ledger['uncredited'] {
    return (this.#uncredited ??= uncreditedIn(this.#book, this.missingRates));
  }
}

/**
 * Everything that the facts of a book come to: credits, attainment, earnings, prior-period
 * adjustments, payable amounts, balances and postings, ordered by payee. Pure: the same facts give
 * the same ledger, and a payee's part of it does not depend on who else is asked for.
 */
export const calculate = (book: Book, options: CalculateOptions = {}): Ledger => {
  const { payees, through = horizonOf(book), trace = false, payouts = [] } = options;
  const settings: Settings = { through, trace, payouts };
  const asked = payees && new Set(payees);
  const results = [...(asked ?? book.payeeIds)]
    .sort(byCodeUnits)
    .map((payee) => calculatePayee(book, payee, settings));
  return new CalculatedLedger(book, asked, {
    through,
    attainment: results.flatMap((result) => result.attainment),
    earnings: results.flatMap((result) => result.earnings),
    adjustments: results.flatMap((result) => result.adjustments),
    payable: results.flatMap((result) => result.payable),
    balances: results.flatMap((result) => result.balances),
    missingRates: results.flatMap((result) => result.missingRates),
    postings: results.flatMap((result) => result.postings),
  });
};
