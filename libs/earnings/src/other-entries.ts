import { dayOf, Exact, formatDay } from '#kernel';
import { byId, contentOn, type CreditedDeal, type DealContent } from '#crediting';
import type { CompiledFactor } from './compile.js';
import type { Entry, Scope } from './entry.js';
import { measureRate, MONEY, product } from './measure.js';
import { CreditSeen } from './predicate-context.js';
import { fact, step } from './trace.js';

/** A payee's manual credits of a deal: they count wherever direct credit of money does. */
export const manualEntries = (scope: Scope, { deal }: CreditedDeal, payee: string): Entry[] => {
  const { compiled, book } = scope;
  if (!MONEY.has(compiled.value) || !compiled.credits.has('direct')) return [];
  return byId(book.manualCredits(deal.id)).flatMap((adjustment, sequence): Entry[] => {
    const { data, position } = adjustment;
    if (data.payee !== payee) return [];
    const on = dayOf(data.on);
    if (!scope.counts(on)) return [];
    const rate = measureRate(scope, deal.currency, on, deal.id);
    if (!rate) return [];
    const amount = Exact.from(data.amount);
    const content = deal.contents[contentOn(deal, on)] as DealContent;
    const context = new CreditSeen(book, deal, content, payee, on, 'manual').of(undefined, amount);
    if (compiled.where && !compiled.where(context)) return [];
    const creditFactor = product(compiled.creditFactors, context);
    const value = amount.times(creditFactor).times(rate);
    const says = `manual credit of deal ${deal.id}: ${data.reason}`;
    const why = [fact('manual credit', amount, [position], says)];
    if (!creditFactor.equals(Exact.ONE)) why.push(fact('credit factor', creditFactor));
    if (!rate.equals(Exact.ONE)) why.push(fact('exchange rate', rate));
    return [
      {
        on,
        deal: deal.id,
        line: '',
        kind: 'manual',
        payee,
        sequence,
        value,
        base: compiled.spiff ? Exact.ZERO : value,
        factor: product(compiled.factors, context),
        // No cost is zero: what is credited by hand is all margin.
        margin: compiled.tiers?.by === 'margin' ? Exact.ONE : undefined,
        reverses: undefined,
        cancellation: undefined,
        positions: [position],
        why: scope.trace ? step('product', 'measure', why) : undefined,
      },
    ];
  });
};

/** What was recorded of the component's metric for the payee, or for everybody. */
export const metricEntries = (scope: Scope): Entry[] => {
  const { compiled, book, payee } = scope;
  const whole = (factors: readonly CompiledFactor[]): Exact =>
    factors.reduce((found, { where, by }) => (where ? found : found.times(by)), Exact.ONE);
  return book.metrics(compiled.name).flatMap(({ data, position }): Entry[] => {
    const on = dayOf(data.on);
    if ((data.payee !== undefined && data.payee !== payee) || !scope.counts(on)) return [];
    const creditFactor = whole(compiled.creditFactors);
    const amount = Exact.from(data.amount);
    const value = amount.times(creditFactor);
    const says = `metric ${data.metric} on ${formatDay(on)}`;
    const why = [fact('metric', amount, [position], says), fact('credit factor', creditFactor)];
    return [
      {
        on,
        deal: '',
        line: data.id,
        kind: 'metric',
        payee,
        sequence: position,
        value,
        base: value,
        factor: whole(compiled.factors),
        margin: undefined,
        reverses: undefined,
        cancellation: undefined,
        positions: [position],
        why: scope.trace ? step('product', 'measure', why) : undefined,
      },
    ];
  });
};
