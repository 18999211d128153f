import { Exact, type PredicateContext } from '#kernel';
import type { Deal, DealContent, FxUse, Line, LinePart, Part, Receipt } from '#crediting';
import type { Compiled, CompiledFactor } from './compile.js';
import type { Entry, Scope } from './entry.js';
import { joined } from './positions.js';
import { CreditSeen } from './predicate-context.js';
import { fact, step, type Trace } from './trace.js';

/** Measures that are money, and are converted. */
export const MONEY = new Set<Compiled['value']>(['amount', 'margin']);

/** The product of the factors whose predicates hold. */
export const product = (factors: readonly CompiledFactor[], context: PredicateContext): Exact => {
  let found = Exact.ONE;
  for (const { where, by } of factors) if (!where || where(context)) found = found.times(by);
  return found;
};

const FX_USE = {
  'booking-date': 'spot',
  'period-average': 'period-average',
  plan: 'plan',
} as const;

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

/** One measuring of a payee's part of a deal's content, or of an invoice or payment of it. */
export interface Sample {
  readonly deal: Deal;
  readonly content: DealContent;
  readonly part: Part;
  /** What he has of each line. */
  readonly lines: readonly LinePart[];
  readonly receipt: Receipt | undefined;
  /** The date that predicates see. */
  readonly seenOn: number;
  readonly rate: Exact;
  /** The credit date, what orders credits of it, and the facts that gave it. */
  readonly on: number;
  readonly sequence: number;
  readonly positions: readonly number[];
}

const traceOf = (
  scope: Scope,
  sample: Sample,
  line: Line,
  raw: Exact,
  creditFactor: Exact,
  isMoney: boolean,
): Trace => {
  const { content, part, receipt, rate } = sample;
  const events = [...content.positions, ...part.positions, ...(receipt ? [receipt.position] : [])];
  const what = line.id === '' ? 'the deal' : `line ${line.id}`;
  const says = `${scope.payee === part.payee ? '' : `${part.payee}'s `}${part.kind} credit of ${what}`;
  const inputs = [
    fact(
      `credited ${scope.compiled.value}`,
      raw,
      [...new Set(events)].sort((a, b) => a - b),
      says,
    ),
  ];
  if (!creditFactor.equals(Exact.ONE)) inputs.push(fact('credit factor', creditFactor));
  if (isMoney && !rate.equals(Exact.ONE)) inputs.push(fact('exchange rate', rate));
  return inputs.length === 1 ? (inputs[0] as Trace) : step('product', 'measure', inputs);
};

/** What lines count that are not just their amounts; the state is that of one sample. */
class RawMeasure {
  private isFirst = true;
  private once = Exact.ZERO;
  private dealAttributeCounted = false;
  private readonly portion: Exact;
  private readonly share: Exact;

  constructor(
    private readonly compiled: Compiled,
    private readonly sample: Sample,
  ) {
    const { content, part, receipt } = sample;
    this.portion = receipt
      ? content.amount.isZero
        ? Exact.ZERO
        : receipt.amount.dividedBy(content.amount)
      : Exact.ONE;
    this.share = part.share.times(this.portion);
  }

  /** The measure of the next line that qualifies. */
  next(line: Line, i: number, amount: Exact): Exact {
    const own = this.sample.part.lines[i] as LinePart;
    this.once = this.isFirst ? this.share : Exact.ZERO;
    this.isFirst = false;
    switch (this.compiled.value) {
      case 'amount':
        return amount;
      case 'margin':
        return own.amount.minus(own.cost).times(this.portion);
      case 'quantity':
        return line.quantity.times(this.share);
      case 'count':
        return this.once;
      case 'attributes':
        return this.attribute(line).times(this.share);
      case 'metric':
      case 'earnings':
        return Exact.ZERO;
    }
  }

  /** What a spiff pays for in the line that was measured last. */
  spiff(line: Line): Exact | undefined {
    const { spiff } = this.compiled;
    return spiff?.per === 'unit' ? line.quantity.times(this.share) : spiff && this.once;
  }

  // The line's own attribute; the deal's counts once, on the first line that has none itself.
  private attribute(line: Line): Exact {
    const { name } = this.compiled;
    const own = attributeText(line.attributes, name);
    if (own) return own;
    if (this.dealAttributeCounted) return Exact.ZERO;
    this.dealAttributeCounted = true;
    return attributeText(this.sample.deal.attributes, name) ?? Exact.ZERO;
  }
}

const marginOf = ({ amount, cost }: Line): Exact | undefined =>
  amount.isZero ? undefined : amount.minus(cost).dividedBy(amount);

const seenOf = ({ book }: Scope, { deal, content, part, seenOn }: Sample): CreditSeen =>
  new CreditSeen(book, deal, content, part.payee, seenOn, part.kind);

/** Measures the lines of a deal that qualify, each an entry: what is `count` counts once. */
export const measureLines = (scope: Scope, sample: Sample, into: Entry[]): void => {
  const { compiled, trace } = scope;
  const { deal, content, part, rate } = sample;
  const { value: measure, spiff: pays } = compiled;
  const isMoney = MONEY.has(measure);
  const other = measure === 'amount' && !pays ? undefined : new RawMeasure(compiled, sample);
  const positions = joined(part.positions, sample.positions);
  const sight = compiled.asks ? seenOf(scope, sample) : undefined;
  for (let i = 0; i < content.lines.length; i += 1) {
    const line = content.lines[i] as Line;
    const { amount } = sample.lines[i] as LinePart;
    const seen = sight?.of(line, amount);
    if (seen && compiled.where?.(seen) === false) continue;
    const creditFactor = seen ? product(compiled.creditFactors, seen) : Exact.ONE;
    const raw = other ? other.next(line, i, amount) : amount;
    const spiff = other?.spiff(line);
    const credited = raw.times(creditFactor);
    const value = isMoney ? credited.times(rate) : credited;
    const base = spiff ? spiff.times(creditFactor) : value;
    into.push({
      on: sample.on,
      deal: deal.id,
      line: line.id,
      kind: part.kind,
      payee: part.payee,
      sequence: sample.sequence,
      value,
      base,
      factor: seen ? product(compiled.factors, seen) : Exact.ONE,
      margin: compiled.tiers?.by === 'margin' ? marginOf(line) : undefined,
      reverses: undefined,
      cancellation: undefined,
      positions,
      why: !trace
        ? undefined
        : spiff
          ? fact('qualifying', base, content.positions, `by deal ${deal.id}`)
          : traceOf(scope, sample, line, raw, creditFactor, isMoney),
    });
  }
};
