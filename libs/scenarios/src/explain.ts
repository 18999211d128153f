import { explainText } from '#earnings';
import { Exact, minorUnits, showAmount, showRatio } from '#kernel';
import type { Standing } from '#ledger';
import type { ExpectedEarnings, ExpectedPayable } from './expectations.js';
import type { View } from './world.js';

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
        return `${head}: ${showAmount(Exact.units(line.amount, minorUnits(currency)))} ${currency}`;
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
