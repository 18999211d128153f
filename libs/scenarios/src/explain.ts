import { explainText } from '#earnings';
import { Exact, minorUnits, showAmount, showRatio } from '#kernel';
import type { Standing } from '#ledger';
import type {
  ExpectedAdjustment,
  ExpectedBalance,
  ExpectedEarnings,
  ExpectedPayable,
} from './expectations.js';
import type { View } from './world.js';

const money = (amount: bigint, currency: string): string =>
  `${showAmount(Exact.units(amount, minorUnits(currency)))} ${currency}`;

const indented = (text: string): string => text.replace(/^/gm, '  ');

/** Why somebody stands where he does: the measure against the quota. */
export const explainAttainment = ({ measure, quota, attainment }: Standing): string => {
  const reached = attainment ? showRatio(attainment) : 'no attainment';
  if (!measure) return `${reached}, as scored`;
  if (!quota) return `measure ${showAmount(measure)}, without a quota`;
  return `${reached} = measure ${showAmount(measure)} ÷ quota ${showAmount(quota)}`;
};

/** Why somebody earned what he did: the lines of each month, each with its own explanation. */
export const explainEarnings = (view: View, row: ExpectedEarnings): string | undefined => {
  const { calendar } = view;
  const { first, last } = calendar.period(row.period);
  const rows = view
    .ledger({ payees: [row.payee], through: last, trace: true })
    .earnings.filter(
      ({ payee, component, month }) =>
        payee === row.payee &&
        (row.component ?? component) === component &&
        first <= month &&
        month <= last,
    );
  const texts = rows.flatMap(({ component, month, currency, lines }) =>
    lines
      .filter(({ deal }) => (row.deal ?? deal) === deal)
      .map((line) => {
        const of = line.deal ? `deal ${line.deal}` : (line.what ?? 'no deal');
        const head = `${calendar.monthName(month)} ${component}, ${of}`;
        if (line.trace) return `${head}\n${indented(explainText(line.trace))}`;
        return `${head}: ${money(line.amount, currency)}`;
      }),
  );
  return texts.length === 0 ? undefined : texts.join('\n');
};

/** Why somebody is due what he is for a month. */
export const explainPayable = (view: View, row: ExpectedPayable): string | undefined => {
  const { first } = view.calendar.period(row.period);
  const found = view
    .ledger({ payees: [row.payee], through: first, trace: true })
    .payable.find(({ payee, month }) => payee === row.payee && month === first);
  return found?.trace && explainText(found.trace);
};

// A fact by the name of its event and its stream, which says whose it is.
const factText = (view: View, position: number): string => {
  const fact = view.fact(position);
  return fact ? `${fact.type} of ${fact.stream}, recorded ${fact.recorded}` : `fact ${position}`;
};

/** What late facts changed of a closed month, deal by deal, and which facts these are. */
export const explainAdjustment = (view: View, row: ExpectedAdjustment): string | undefined => {
  const { calendar } = view;
  const [origin, posted] = [calendar.period(row.origin).first, calendar.period(row.period).first];
  const rows = view
    .ledger({ payees: [row.payee], through: posted })
    .adjustments.filter(
      ({ component, payee, ...of }) =>
        payee === row.payee &&
        of.origin === origin &&
        of.month === posted &&
        (row.component ?? component) === component,
    );
  const texts = rows.flatMap(({ component, currency, lines, causes }) => [
    ...lines.map(
      ({ deal, amount }) =>
        `${component}, ${deal === undefined ? 'no deal' : `deal ${deal}`}: ${money(amount, currency)}`,
    ),
    ...causes.map((position) => `  because of ${factText(view, position)}`),
  ]);
  return texts.length === 0 ? undefined : texts.join('\n');
};

// Debits are positive in the books; of these two accounts the credit is what a balance shows.
const SHOWN_AS_CREDIT: ReadonlySet<string> = new Set(['held', 'paid']);

/** What came to a balance and left it, posting by posting, up to the month asked about. */
export const explainBalance = (view: View, row: ExpectedBalance): string | undefined => {
  const at = view.calendar.period(row.at).first;
  const sign = SHOWN_AS_CREDIT.has(row.account) ? -1n : 1n;
  const texts = view
    .ledger({ payees: [row.payee], through: at })
    .postings.filter(({ payee, month }) => payee === row.payee && month <= at)
    .flatMap(({ month, cause, plan, component, payout, entries }) =>
      entries
        .filter(({ account }) => account === row.account)
        .map(({ amount, currency }) => {
          const of = component ?? plan ?? payout;
          const why = of === undefined ? cause : `${cause}, ${of}`;
          return `${view.calendar.monthName(month)} ${money(sign * amount, currency)} (${why})`;
        }),
    );
  return texts.length === 0 ? undefined : texts.join('\n');
};
