import { Exact, formatUnits, minorUnits } from '#kernel';
import type { Ledger } from './rows.js';

/** How far a payout has come. */
export type PayoutStatus =
  'draft' | 'submitted' | 'approved' | 'rejected' | 'stale' | 'paid' | 'reversed';

/** What is paid to one payee, in minor units of the currency. */
export interface PayoutAmount {
  readonly payee: string;
  readonly currency: string;
  readonly amount: bigint;
}

/** A payout as its events describe it. */
export interface Payout {
  readonly id: string;
  readonly status: PayoutStatus;
  /** The fiscal month through which it collects. */
  readonly through: number;
  /** What it pays; those who would get nothing are left out. */
  readonly amounts: readonly PayoutAmount[];
  /** Of a reversed payout: whether it had been confirmed, so that the money went out and came back. */
  readonly wasPaid?: boolean;
}

/** Whom a draft asks about, and through which fiscal month; everybody where no payees are named. */
export interface Asked {
  readonly through: number;
  readonly payees?: readonly string[];
  /** Whose pay it leaves for a later draft, whoever is named. */
  readonly held?: readonly string[];
  /** Of whom it pays no more than so much, as decimal text, and leaves the rest for a later draft. */
  readonly atMost?: ReadonlyMap<string, string>;
}

/** Whether a draft asks about a payee. */
export const asksAbout = ({ payees, held }: Omit<Asked, 'through'>, payee: string): boolean =>
  (payees?.includes(payee) ?? true) && !(held?.includes(payee) ?? false);

const HOLDS: Readonly<Record<PayoutStatus, boolean>> = {
  draft: true,
  submitted: true,
  approved: true,
  paid: true,
  rejected: false,
  stale: false,
  reversed: false,
};

const keyOf = ({ payee, currency }: PayoutAmount): string => JSON.stringify([payee, currency]);

const order = (a: PayoutAmount, b: PayoutAmount): number => {
  if (a.payee !== b.payee) return a.payee < b.payee ? -1 : 1;
  return a.currency < b.currency ? -1 : Number(a.currency > b.currency);
};

const summed = (amounts: Iterable<PayoutAmount>): PayoutAmount[] => {
  const sums = new Map<string, PayoutAmount>();
  for (const { payee, currency, amount } of amounts) {
    const item = { payee, currency, amount };
    const known = sums.get(keyOf(item));
    sums.set(keyOf(item), known ? { ...item, amount: known.amount + amount } : item);
  }
  return [...sums.values()].sort(order);
};

/** The sums of a payout by currency, in alphabetical order, as decimal text. */
export const sumsOf = ({
  amounts,
}: Pick<Payout, 'amounts'>): { currency: string; amount: string }[] => {
  const sums = new Map<string, bigint>();
  for (const { currency, amount } of amounts)
    sums.set(currency, (sums.get(currency) ?? 0n) + amount);
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, amount]) => ({ currency, amount: formatUnits(amount, minorUnits(currency)) }));
};

/** Whether a payout keeps its amounts from others; what is rejected, stale or reversed has freed them. */
export const keepsAmounts = ({ status }: Pick<Payout, 'status'>): boolean => HOLDS[status];

/** What payouts keep from others: of drafts, submitted, approved and paid ones, by payee. */
export const takenBy = (payouts: Iterable<Payout>): PayoutAmount[] =>
  summed([...payouts].flatMap(({ status, amounts }) => (HOLDS[status] ? amounts : [])));

/**
 * What a draft collects: all that is payable to those it asks about through its month, less what
 * other payouts have taken. Who would get nothing is left out.
 */
export const collectable = (
  ledger: Pick<Ledger, 'through' | 'payable'>,
  { through, payees, held, atMost }: Asked,
  taken: Iterable<PayoutAmount>,
): PayoutAmount[] => {
  if (ledger.through < through) {
    throw new RangeError(`the ledger ends with month ${ledger.through}, before month ${through}`);
  }
  const [asked, left] = [payees && new Set(payees), new Set(held)];
  const isAsked = (payee: string): boolean => (asked?.has(payee) ?? true) && !left.has(payee);
  const payable = ledger.payable.filter(({ month, payee }) => month <= through && isAsked(payee));
  const less = [...taken].map((item) => ({ ...item, amount: -item.amount }));
  return summed([...payable, ...less.filter(({ payee }) => isAsked(payee))])
    .map((item) => limited(item, atMost?.get(item.payee)))
    .filter(({ amount }) => amount > 0n);
};

const limited = (item: PayoutAmount, atMost: string | undefined): PayoutAmount => {
  if (atMost === undefined) return item;
  const most = Exact.from(atMost).round(minorUnits(item.currency));
  return item.amount > most ? { ...item, amount: most } : item;
};

/** Whether later facts can still make a payout stale: what is paid stays paid. */
export const isLive = ({ status }: Pick<Payout, 'status'>): boolean =>
  status === 'draft' || status === 'submitted' || status === 'approved';

/**
 * Whether the facts of a ledger make a live payout stale: a draft of the same would collect other
 * amounts. `taken` is what others had taken when it was drafted, so that rejecting, reversing or
 * drafting another changes nothing.
 */
export const isOutdated = (
  payout: Asked & Pick<Payout, 'amounts'>,
  ledger: Pick<Ledger, 'through' | 'payable'>,
  taken: Iterable<PayoutAmount>,
): boolean => asText(collectable(ledger, payout, taken)) !== asText(payout.amounts);

const asText = (amounts: readonly PayoutAmount[]): string =>
  amounts
    .map((item) => `${keyOf(item)} ${item.amount}`)
    .sort()
    .join('\n');
