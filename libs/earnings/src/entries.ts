import { addMonths, dayOf, Exact, formatDay, type PredicateContext } from '#kernel';
import type {
  Book, Credit, CreditedDeal, CreditKind, Deal, DealContent, FxUse, Line, Part, Receipt,
} from '#crediting';
import { contentOn } from '#crediting';
import type { Compiled, CompiledClawback, CompiledFactor } from './compile.js';
import { contextsFor } from './predicate-context.js';
import type { MissingRate } from './results.js';
import { fact, step, type Trace } from './trace.js';

/** Something that counts in a component on a day: a credit, a metric, what those below earned. */
export interface Entry {
  /** The credit date. */
  readonly on: number;
  readonly deal: string;
  readonly line: string;
  readonly kind: CreditKind | 'metric' | 'override';
  /** Whose credit it is; not the component's own payee where a team is measured. */
  readonly payee: string;
  /** Orders what is alike in all the rest. */
  readonly sequence: number;
  /** What it adds to the running measure, in the plan's currency or in units. */
  readonly value: Exact;
  /** What a rate or a fixed amount per deal or unit applies to. */
  readonly base: Exact;
  /** The product of the earning factors. */
  readonly factor: Exact;
  /** The line's margin ÷ amount, where tiers ask for it. */
  readonly margin?: Exact;
  /** The part of the deal's pay that a cancellation takes back here. */
  readonly reverses?: Exact;
  readonly cancellation?: true;
  readonly positions: readonly number[];
  readonly why?: Trace;
}

/** What entries are made for: one payee's component by one version of its plan. */
export interface Scope {
  readonly book: Book;
  readonly payee: string;
  readonly currency: string;
  readonly compiled: Compiled;
  readonly trace: boolean;
  /** Whether a credit of this day counts: the plan is assigned, and the component in force. */
  readonly counts: (day: number) => boolean;
  /** The first fiscal month of the window that a day lies in: policies go by it. */
  readonly windowOf: (day: number) => number;
  readonly missing: (rate: MissingRate) => void;
}

interface Measured {
  readonly line: Line | null;
  readonly value: Exact;
  readonly base: Exact;
  readonly factor: Exact;
  readonly margin?: Exact;
  readonly why?: Trace;
}

const MONEY = new Set<Compiled['value']>(['amount', 'margin']);

const product = (factors: readonly CompiledFactor[], context: PredicateContext): Exact => {
  let found = Exact.ONE;
  for (const { where, by } of factors) if (!where || where(context)) found = found.times(by);
  return found;
};

/** What part of a deal a cancellation takes back, by days or months since its booking. */
export const takenBack = (clawback: CompiledClawback, deal: Deal): Exact => {
  const on = deal.cancelled?.on ?? deal.bookedOn;
  if (clawback.bands) {
    const days = on - deal.bookedOn;
    return clawback.bands.find((band) => days <= band.within)?.share ?? Exact.ZERO;
  }
  if (clawback.proRata === undefined) return Exact.ONE;
  // The first month has begun on the booking date itself.
  let begun = 0;
  while (begun < clawback.proRata && addMonths(deal.bookedOn, begun) <= on) begun += 1;
  return Exact.of(clawback.proRata - begun, clawback.proRata);
};

const FX_USE = { 'booking-date': 'spot', 'period-average': 'period-average', plan: 'plan' } as const;

/** The rate at which something measured on a day enters the plan's currency. */
export const measureRate = (scope: Scope, from: string, day: number, deal?: string) => {
  if (from === scope.currency) return Exact.ONE;
  const use: FxUse = FX_USE[scope.book.policy(scope.windowOf(day)).measure];
  const rate = scope.book.rate(from, scope.currency, use, day);
  if (!rate) {
    const { payee } = scope;
    scope.missing({ payee, base: from, quote: scope.currency, on: day, ...(deal && { deal }) });
  }
  return rate;
};

const attributeText = (attributes: Readonly<Record<string, unknown>>, name: string) => {
  const value = attributes[name];
  if (value === undefined || value === null) return undefined;
  return Exact.parse(String(value));
};

/** One measuring of a deal's content, or of the part of it that an invoice or payment covers. */
interface Sample {
  readonly content: DealContent;
  readonly part: Part;
  readonly receipt?: { readonly receipt: Receipt; readonly amounts: readonly Exact[] };
  /** The date that predicates see. */
  readonly on: number;
  readonly rate: Exact;
}

const traceOf = (
  scope: Scope, sample: Sample, line: Line, raw: Exact, creditFactor: Exact, isMoney: boolean,
): Trace => {
  const { content, part, receipt, rate } = sample;
  const events = [...content.positions, ...part.positions, ...(receipt ? [receipt.receipt.position] : [])];
  const what = line.id === '' ? 'the deal' : `line ${line.id}`;
  const says = `${scope.payee === part.payee ? '' : `${part.payee}'s `}${part.kind} credit of ${what}`;
  const inputs = [fact(`credited ${scope.compiled.value}`, raw, [...new Set(events)].sort((a, b) => a - b), says)];
  if (!creditFactor.equals(Exact.ONE)) inputs.push(fact('credit factor', creditFactor));
  if (isMoney && !rate.equals(Exact.ONE)) inputs.push(fact('exchange rate', rate));
  return inputs.length === 1 ? (inputs[0] as Trace) : step('product', 'measure', inputs);
};

// Measures the lines that qualify. `count` and the deal's own attributes count once, on the first.
const measureLines = (scope: Scope, deal: Deal, sample: Sample): Measured[] => {
  const { compiled } = scope;
  const { content, part, receipt, on, rate } = sample;
  const needsContext = compiled.where || compiled.creditFactors.length + compiled.factors.length > 0;
  const context = needsContext && contextsFor(scope.book, deal, content.amount, scope.payee, on);
  const portion = receipt
    ? (content.amount.isZero ? Exact.ZERO : receipt.receipt.amount.dividedBy(content.amount))
    : Exact.ONE;
  const sharePart = part.share.times(portion);
  const isMoney = MONEY.has(compiled.value);
  const measured: Measured[] = [];
  let [first, attributeDone] = [true, false];
  content.lines.forEach((line, i) => {
    const amount = (receipt?.amounts[i] ?? part.amounts[i]) as Exact;
    const seen = context ? context(line, part.kind, amount) : undefined;
    if (compiled.where && !(seen && compiled.where(seen))) return;
    const creditFactor = seen ? product(compiled.creditFactors, seen) : Exact.ONE;
    const once = first ? sharePart : Exact.ZERO;
    first = false;
    const quantity = (): Exact => line.quantity.times(sharePart);
    let raw: Exact;
    switch (compiled.value) {
      case 'margin':
        raw = (part.amounts[i] as Exact).minus(part.costs[i] as Exact).times(portion);
        break;
      case 'quantity':
        raw = quantity();
        break;
      case 'count':
        raw = once;
        break;
      case 'attributes': {
        const own = attributeText(line.attributes, compiled.name);
        const ofDeal = own || attributeDone ? undefined : attributeText(deal.attributes, compiled.name);
        if (!own) attributeDone = true;
        raw = (own ?? ofDeal ?? Exact.ZERO).times(sharePart);
        break;
      }
      case 'amount':
        raw = amount;
        break;
      case 'metric':
      case 'earnings':
        return;
    }
    const credited = seen ? raw.times(creditFactor) : raw;
    const value = isMoney ? credited.times(rate) : credited;
    const spiff = compiled.spiff && (compiled.spiff.per === 'unit' ? quantity() : once);
    const base = spiff ? spiff.times(creditFactor) : value;
    const factor = seen ? product(compiled.factors, seen) : Exact.ONE;
    const found: { -readonly [K in keyof Measured]: Measured[K] } = { line, value, base, factor };
    if (compiled.tiers?.by === 'margin' && !line.amount.isZero) {
      found.margin = line.amount.minus(line.cost).dividedBy(line.amount);
    }
    if (scope.trace) {
      found.why = spiff
        ? fact('qualifying', base, content.positions, `by deal ${deal.id}`)
        : traceOf(scope, sample, line, raw, creditFactor, isMoney);
    }
    measured.push(found);
  });
  return measured;
};

interface Movement {
  readonly on: number;
  readonly by: Exact;
  readonly lines: readonly Measured[];
  readonly sequence: number;
  readonly positions: readonly number[];
  readonly cancellation?: true;
}

const signed = (why: Trace | undefined, by: Exact): Trace | undefined =>
  why && (by.equals(Exact.ONE) ? why : step('product', 'part', [fact('part counted', by), why]));

const toEntries = (deal: Deal, part: Part, movement: Movement): Entry[] => {
  const { by, on, sequence } = movement;
  const positions = [...new Set([...part.positions, ...movement.positions])];
  return movement.lines.map((measured): Entry => {
    const entry: { -readonly [K in keyof Entry]: Entry[K] } = {
      on,
      deal: deal.id,
      line: measured.line?.id ?? '',
      kind: part.kind,
      payee: part.payee,
      sequence,
      value: measured.value.times(by),
      base: measured.base === measured.value ? measured.value.times(by) : measured.base.times(by),
      factor: measured.factor,
      positions,
    };
    if (measured.margin) entry.margin = measured.margin;
    if (movement.cancellation) entry.cancellation = true;
    const why = signed(measured.why, by);
    if (why) entry.why = why;
    return entry;
  });
};

const alike = (a: Measured, b: Measured): boolean =>
  a.line?.id === b.line?.id && a.value.equals(b.value) && a.base.equals(b.base) &&
  a.factor.equals(b.factor) &&
  (a.margin === b.margin || (!!a.margin && !!b.margin && a.margin.equals(b.margin)));

const MINUS = Exact.of(-1);

// Bookings and amendments: an amendment credits the new content less the old; a line that counts
// the same in both is left out.
const bookingMovements = (scope: Scope, { deal, parts }: CreditedDeal, part: number): Movement[] => {
  const rate = MONEY.has(scope.compiled.value)
    ? measureRate(scope, deal.currency, deal.bookedOn, deal.id)
    : Exact.ONE;
  if (!rate) return [];
  const sampled = deal.contents.map((content, i) =>
    measureLines(scope, deal, {
      content, rate, on: deal.bookedOn, part: (parts[i] as readonly Part[])[part] as Part,
    }));
  const movements: Movement[] = [];
  deal.contents.forEach(({ on, positions }, i) => {
    const lines = sampled[i] as Measured[];
    if (i === 0) {
      if (lines.length > 0) movements.push({ on, by: Exact.ONE, lines, sequence: 1, positions });
      return;
    }
    const before = sampled[i - 1] as Measured[];
    const same = (a: Measured, others: readonly Measured[]): boolean =>
      others.some((other) => alike(a, other));
    const out = before.filter((measured) => !same(measured, lines));
    if (out.length > 0) movements.push({ on, by: MINUS, lines: out, sequence: 2 * i, positions });
    const into = lines.filter((measured) => !same(measured, before));
    if (into.length > 0) movements.push({ on, by: Exact.ONE, lines: into, sequence: 2 * i + 1, positions });
  });
  const { cancelled } = deal;
  if (cancelled && scope.compiled.clawback.how === 'recalculate') {
    const by = takenBack(scope.compiled.clawback, deal).negated();
    const lines = sampled[sampled.length - 1] as Measured[];
    const sequence = 2 * sampled.length;
    if (!by.isZero) {
      movements.push({ on: cancelled.on, by, lines, sequence, cancellation: true, positions: [cancelled.position] });
    }
  }
  return movements;
};

// Invoices and payments up to the cancellation; what they came to is what it takes back.
const receiptMovements = (scope: Scope, credited: CreditedDeal, part: number): Movement[] => {
  const { deal } = credited;
  const { cancelled } = deal;
  const receipts = deal.receipts
    .filter(({ kind, on }) => kind === scope.compiled.on && (!cancelled || on < cancelled.on))
    .sort((a, b) => a.on - b.on || (a.id < b.id ? -1 : 1));
  const movements = receipts.flatMap((receipt, sequence): Movement[] => {
    const rate = MONEY.has(scope.compiled.value)
      ? measureRate(scope, deal.currency, receipt.on, deal.id)
      : Exact.ONE;
    if (!rate) return [];
    const content = contentOn(deal, receipt.on);
    const amounts = (credited.receiptParts(receipt)[part] as Part).amounts;
    const lines = measureLines(scope, deal, {
      content: deal.contents[content] as DealContent,
      part: (credited.parts[content] as readonly Part[])[part] as Part,
      receipt: { receipt, amounts },
      on: receipt.on,
      rate,
    });
    return [{ on: receipt.on, by: Exact.ONE, lines, sequence, positions: [receipt.position] }];
  });
  if (!cancelled || scope.compiled.clawback.how !== 'recalculate') return movements;
  const by = takenBack(scope.compiled.clawback, deal).negated();
  if (by.isZero) return movements;
  const earning = movements.filter((movement) => scope.counts(movement.on));
  const back = earning.map((movement): Movement => ({
    ...movement,
    on: cancelled.on,
    by,
    sequence: receipts.length + movement.sequence,
    cancellation: true,
    positions: [...movement.positions, cancelled.position],
  }));
  return [...movements, ...back];
};

// A cancellation that reverses takes back each credit's pay, and with `reverse` its value too.
const reversals = (scope: Scope, deal: Deal, counted: readonly Entry[]): Entry[] => {
  const { clawback } = scope.compiled;
  const { cancelled } = deal;
  if (!cancelled || (clawback.how !== 'reverse' && clawback.how !== 'pay-only')) return [];
  const reverses = takenBack(clawback, deal);
  if (reverses.isZero) return [];
  const byLine = new Map<string, Entry[]>();
  for (const entry of counted) {
    const key = `${entry.line} ${entry.kind}`;
    byLine.set(key, [...(byLine.get(key) ?? []), entry]);
  }
  return [...byLine.values()].map((entries): Entry => {
    const value = Exact.sum(entries.map((entry) => entry.value)).times(reverses).negated();
    return {
      ...(entries[0] as Entry),
      on: cancelled.on,
      sequence: Number.MAX_SAFE_INTEGER,
      value: clawback.how === 'reverse' ? value : Exact.ZERO,
      base: Exact.ZERO,
      reverses,
      cancellation: true,
      positions: [...new Set([...entries.flatMap((entry) => entry.positions), cancelled.position])],
    };
  });
};

/** What one payee's part of a deal counts in a component, day by day. */
export const dealEntries = (scope: Scope, { credited, part }: Credit): Entry[] => {
  const { deal } = credited;
  const { compiled } = scope;
  const movements = compiled.on === 'booking'
    ? bookingMovements(scope, credited, part)
    : receiptMovements(scope, credited, part);
  const own = (credited.parts[0] as readonly Part[])[part] as Part;
  let entries = movements.length === 1
    ? toEntries(deal, own, movements[0] as Movement)
    : movements.flatMap((movement) => toEntries(deal, own, movement));
  if (deal.cancelled && compiled.clawback.how === 'restate') {
    const left = Exact.ONE.minus(takenBack(compiled.clawback, deal));
    if (left.isZero) return [];
    entries = entries.map((entry) => ({
      ...entry,
      value: entry.value.times(left),
      base: entry.base.times(left),
      positions: [...entry.positions, (deal.cancelled as { position: number }).position],
      ...(entry.why && { why: signed(entry.why, left) as Trace }),
    }));
  }
  const counted = entries.filter((entry) => scope.counts(entry.on));
  return [...counted, ...reversals(scope, deal, counted)];
};

/** A payee's manual credits of a deal: they count wherever direct credit of money does. */
export const manualEntries = (scope: Scope, { deal }: CreditedDeal, payee: string): Entry[] => {
  const { compiled, book } = scope;
  if (!MONEY.has(compiled.value) || !compiled.credits.has('direct')) return [];
  return book.manualCredits(deal.id).flatMap((adjustment): Entry[] => {
    const { data, position } = adjustment;
    if (data.payee !== payee) return [];
    const on = dayOf(data.on);
    if (!scope.counts(on)) return [];
    const rate = measureRate(scope, deal.currency, on, deal.id);
    if (!rate) return [];
    const amount = Exact.from(data.amount);
    const content = deal.contents[contentOn(deal, on)] as DealContent;
    const context = contextsFor(book, deal, content.amount, scope.payee, on)(null, 'manual', amount);
    if (compiled.where && !compiled.where(context)) return [];
    const creditFactor = product(compiled.creditFactors, context);
    const value = amount.times(creditFactor).times(rate);
    const says = `manual credit of deal ${deal.id}: ${data.reason}`;
    const why = [fact('manual credit', amount, [position], says)];
    if (!creditFactor.equals(Exact.ONE)) why.push(fact('credit factor', creditFactor));
    if (!rate.equals(Exact.ONE)) why.push(fact('exchange rate', rate));
    return [{
      on,
      deal: deal.id,
      line: '',
      kind: 'manual',
      payee,
      sequence: position,
      value,
      base: compiled.spiff ? Exact.ZERO : value,
      factor: product(compiled.factors, context),
      positions: [position],
      ...(scope.trace && { why: step('product', 'measure', why) }),
    }];
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
    return [{
      on, deal: '', line: data.id, kind: 'metric', payee, sequence: position, value, base: value,
      factor: whole(compiled.factors), positions: [position],
      ...(scope.trace && { why: step('product', 'measure', why) }),
    }];
  });
};

const text = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** The order of credits inside a window, whatever order they were recorded in. */
export const inOrder = (a: Entry, b: Entry): number =>
  a.on - b.on || text(a.deal, b.deal) || text(a.line, b.line) || text(a.kind, b.kind) ||
  text(a.payee, b.payee) || a.sequence - b.sequence;
