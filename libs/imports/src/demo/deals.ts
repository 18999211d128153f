import { dayOf, formatDay } from '#kernel';
import { REGIONS, sellersOf, type RegionId } from './people.js';
import type { Chance } from './random.js';
import { fact, type DemoStep } from './step.js';
import type { Account } from './territories.js';

const FIRST = dayOf('2025-01-02');
const LAST = dayOf('2026-03-31');
const DEALS = 5000;

const PRODUCTS = [
  ['Platform', 'software', 20],
  ['Analytics', 'software', 15],
  ['Onboarding', 'services', 70],
] as const;

// Whole units of a thousand of a dollar's worth, so that a region's deals are of like size.
const WORTH: Readonly<Record<string, readonly [scale: number, cents: boolean]>> = {
  USD: [1, true],
  EUR: [1, true],
  JPY: [150, false],
};

const SIZE = { small: [8, 60], mid: [30, 180], large: [90, 520] } as const;

/** An amount of a hundredth part of the dollar's worth of the currency, as text. */
const amountIn = (currency: string, hundreds: number, chance: Chance): string => {
  const [scale, hasCents] = WORTH[currency] as readonly [number, boolean];
  const whole = hundreds * 100 * scale;
  return hasCents ? `${whole}.${chance.oneOf(['00', '00', '50', '75'])}` : String(whole);
};

interface Booked {
  readonly id: string;
  readonly day: number;
  readonly currency: string;
  readonly hundreds: number;
}

const linesOf = (currency: string, hundreds: number, chance: Chance): object[] => {
  const [scale] = WORTH[currency] as readonly [number, boolean];
  const count = chance.between(2, 3);
  return PRODUCTS.slice(0, count).map(([product, family, cost], i) => {
    const part = Math.max(1, Math.floor((hundreds * (i === 0 ? 60 : 40 / (count - 1))) / 100));
    const amount = part * 100 * scale;
    const quantity = String(chance.between(1, 20));
    return {
      id: String(i + 1),
      amount: String(amount),
      product,
      family,
      cost: String((amount * cost) / 100),
      quantity,
    };
  });
};

// One deal in ten is worked on by two, whoever owns the account.
const teamOf = (region: RegionId, chance: Chance): object[] => {
  const sellers = sellersOf(region)
    .filter(({ hiredOn }) => hiredOn < '2025-01-01')
    .slice(0, -1);
  const first = chance.below(sellers.length);
  const second = (first + 1 + chance.below(sellers.length - 1)) % sellers.length;
  const share = chance.oneOf([50, 60, 70, 80]);
  return [
    { payee: sellers[first]?.id, share: `${share}%` },
    { payee: sellers[second]?.id, share: `${100 - share}%` },
  ];
};

const book = (
  i: number,
  accounts: readonly Account[],
  chance: Chance,
): { step: DemoStep; booked: Booked } => {
  const account = chance.oneOf(accounts);
  const region = REGIONS.find(({ id }) => id === account.region);
  const currency = region?.currency ?? 'USD';
  const day = FIRST + Math.floor(((LAST - FIRST + 1) * i) / DEALS);
  const [least, most] = SIZE[account.segment];
  const hundreds = chance.between(least, most);
  const id = `D-${String(i + 1).padStart(5, '0')}`;
  const hasLines = chance.inThousand(150);
  const content = hasLines
    ? { lines: linesOf(currency, hundreds, chance) }
    : { amount: amountIn(currency, hundreds, chance) };
  const team = region && chance.inThousand(100) ? { team: teamOf(region.id, chance) } : {};
  const type = chance.inThousand(600) ? 'new' : 'renewal';
  const openedOn = formatDay(day - chance.between(10, 120));
  // A few are entered weeks late, when their month may be closed.
  const learned = Math.min(LAST + 2, day + (chance.inThousand(6) ? chance.between(25, 45) : 1));
  const data = {
    id,
    account: account.id,
    bookedOn: formatDay(day),
    currency,
    ...content,
    type,
    openedOn,
    ...team,
  };
  return {
    step: fact(learned, 8, 'book-deal', data),
    booked: { id, day: Math.max(day, learned), currency, hundreds },
  };
};

const REASONS = ['customer insolvent', 'signed by mistake', 'delivery refused'] as const;

// What happens to a deal after it was booked, to one in twenty.
const later = ({ id, day, currency, hundreds }: Booked, chance: Chance): DemoStep[] => {
  const on = day + chance.between(12, 75);
  const what = chance.below(1000);
  if (what >= 55 || on > LAST) return [];
  const at = { deal: id, on: formatDay(on) };
  if (what < 20) return [fact(on, 15, 'cancel-deal', { ...at, reason: chance.oneOf(REASONS) })];
  const factor = chance.oneOf([70, 80, 85, 90, 110, 120, 125, 140]);
  const changed = Math.max(1, Math.floor((hundreds * factor) / 100));
  const amount = amountIn(currency, changed, chance);
  if (what < 51) return [fact(on, 15, 'amend-deal', { ...at, amount, reason: 'scope changed' })];
  return [fact(on, 15, 'correct-deal', { deal: id, amount, reason: 'typing error' })];
};

/** Five thousand deals over five quarters, some amended, corrected or cancelled later. */
export const dealSteps = (accounts: readonly Account[], chance: Chance): DemoStep[] =>
  Array.from({ length: DEALS }, (_, i) => {
    const { step, booked } = book(i, accounts, chance);
    return [step, ...later(booked, chance)];
  }).flat();
