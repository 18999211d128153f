import { Exact, minorUnits } from '#kernel';
import { assignmentOn, byId, type Book } from '#crediting';
import { fact, type ComponentEarnings, type EarningsLine, type PayeeEarnings } from '#earnings';
import type { Component } from '#plans';
import { payCurrency } from './pay-currency.js';

// Manual pay that belongs to no component; it has no terms of its own.
const NO_COMPONENT: Component = { id: '', type: 'bonus', window: 'month' };

type Manual = ReturnType<Book['manualEarnings']>[number];

const isHeldIn = (book: Book, payee: string, plan: string, month: number): boolean =>
  [book.calendar.endOf(month), book.calendar.startOf(month)].some(
    (day) => assignmentOn(book.assignments(payee), plan, day) !== undefined,
  );

// The component as the plan has it that the payee holds in the month, else as any of his has it.
const componentOf = (
  book: Book,
  components: readonly ComponentEarnings[],
  { payee, component }: Manual['data'],
  month: number,
): number => {
  const found = components.flatMap((earned, i) => (earned.component === component ? i : []));
  const held = found.find((i) =>
    isHeldIn(book, payee, (components[i] as ComponentEarnings).plan, month),
  );
  return held ?? found[0] ?? -1;
};

const lineOf = (book: Book, manual: Manual, currency: string, trace: boolean): EarningsLine => {
  const { period, amount, reason } = manual.data;
  const month = book.calendar.period(period).first;
  const scale = minorUnits(currency);
  const units = Exact.from(amount).round(scale, book.policy(month).rounding);
  const positions = [manual.position];
  const why = fact('manual amount', Exact.units(units, scale), positions, reason);
  return { month, what: 'manual', amount: units, positions, ...(trace && { trace: why }) };
};

const withLine = (earned: ComponentEarnings, line: EarningsLine): ComponentEarnings => {
  const months = new Map(earned.months);
  months.set(line.month, [...(months.get(line.month) ?? []), line]);
  return { ...earned, months };
};

/**
 * What a payee earned, and what was adjusted by hand: it counts as earned in its month, after every
 * cap. With a component it is in the plan's currency, else in the payee's, and belongs to no plan.
 */
export const withManual = (book: Book, earnings: PayeeEarnings, trace: boolean): PayeeEarnings => {
  const manuals = byId(book.manualEarnings(earnings.payee));
  if (manuals.length === 0) return earnings;
  const components = [...earnings.components];
  for (const manual of manuals) {
    const month = book.calendar.period(manual.data.period).first;
    const id = manual.data.component ?? '';
    let at = componentOf(book, components, { ...manual.data, component: id }, month);
    const currency = components[at]?.currency ?? payCurrency(book, earnings.payee, month);
    if (currency === undefined) continue;
    if (at < 0) {
      at = components.length;
      const definitionAt = (): Component => NO_COMPONENT;
      components.push({
        plan: '',
        component: id,
        currency,
        months: new Map(),
        attainment: [],
        definitionAt,
      });
    }
    const line = lineOf(book, manual, currency, trace);
    components[at] = withLine(components[at] as ComponentEarnings, line);
  }
  return { ...earnings, components };
};
