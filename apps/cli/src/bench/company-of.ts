import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { formatDay, dayOf } from '#kernel';

/** What payees' plans are like: all the same simple one, or every sort that there is. */
export type Mix = 'simple' | 'all';

/** The company that is measured, in one year. */
export interface BenchCompany {
  readonly deals: number;
  /** Who sells them: a hundredth of the deals' number, unless somebody asks for another. */
  readonly reps: number;
  /** The reps who have a manager: ten each. */
  readonly managed: number;
  readonly mix: Mix;
}

const YEAR_START = dayOf('2026-01-01');
const DAYS = 365;
/** A payee with a statement of so many lines. */
export const HEAVY = 'heavy';
export const HEAVY_LINES = 200;
/** An account whose deals belong to whoever owns its territory. */
export const MOVED_ACCOUNT = 'moved';
export const MOVED_DEALS = 100;
export const TERRITORIES = ['north', 'south', 'east'] as const;

/** The company of a size in deals. */
export const companyOf = (
  deals: number,
  mix: Mix = 'simple',
  reps = Math.max(10, Math.floor(deals / 100)),
): BenchCompany => ({ deals, reps, managed: Math.min(100, reps), mix });

/** A rep's id by his number. */
export const repOf = (n: number): string => `r${String(n).padStart(6, '0')}`;
const managerOf = (n: number): string => `m${String(Math.floor(n / 10)).padStart(3, '0')}`;

const tiers = {
  by: 'attainment',
  apply: 'marginal',
  steps: [
    { from: '0%', rate: '5%' },
    { from: '100%', rate: '8%' },
    { from: '150%', rate: '12%' },
  ],
};

const dealStep = (id: string, account: string, day: number, n: number, team?: string): object => ({
  'book-deal': {
    id,
    account,
    bookedOn: formatDay(YEAR_START + day),
    currency: 'USD',
    amount: `${500 + ((n * 37) % 9000)}.${String(n % 100).padStart(2, '0')}`,
    type: n % 3 === 0 ? 'renewal' : 'new',
    attributes: {
      region: `region-${n % 7}`,
      source: `campaign ${n % 23}`,
      contact: `contact-${n}@example.com`,
    },
    ...(team !== undefined && { team: [{ payee: team, share: '100%' }] }),
  },
});

/** The day on which the n-th of so many deals is booked. */
export const bookedDay = (n: number, deals: number): number =>
  YEAR_START + Math.floor((n * DAYS) / deals);

/** What is known before the deals: people, plans, quotas, territories. */
export function* setupSteps({ reps, managed }: BenchCompany): Generator<object> {
  yield { 'define-calendar': { start: '2026-01-01' } };
  yield {
    'publish-plan': {
      id: 'rep',
      currency: 'USD',
      from: '2026-01-01',
      components: [{ id: 'bookings', type: 'commission', window: 'quarter', tiers }],
    },
  };
  yield {
    'publish-plan': {
      id: 'manager',
      currency: 'USD',
      from: '2026-01-01',
      components: [{ id: 'team', type: 'override', rate: '1%' }],
    },
  };
  const payee = (id: string, manager?: string): object => ({
    'add-payee': {
      id,
      name: `Payee ${id}`,
      hiredOn: '2025-01-01',
      currency: 'USD',
      ...(manager !== undefined && { manager }),
    },
  });
  for (let n = 0; n < managed; n += 10) {
    yield payee(managerOf(n));
    yield { 'assign-plan': { payee: managerOf(n), plan: 'manager', from: '2026-01-01' } };
  }
  const ids = [...Array.from({ length: reps }, (_, n) => n).map(repOf), HEAVY];
  for (const [n, id] of ids.entries()) {
    yield payee(id, n < managed ? managerOf(n) : undefined);
    yield { 'assign-plan': { payee: id, plan: 'rep', from: '2026-01-01' } };
    yield {
      'assign-quota': { payee: id, component: 'bookings', period: 'FY2026', amount: '400000' },
    };
  }
  for (const [n, id] of TERRITORIES.entries()) {
    yield { 'define-territory': { id, name: id } };
    yield {
      'assign-territory': { territory: id, payee: repOf(n), role: 'owner', from: '2026-01-01' },
    };
  }
  yield { 'move-account': { account: MOVED_ACCOUNT, to: TERRITORIES[0], on: '2026-01-01' } };
  for (let n = 0; n < MOVED_DEALS; n += 1) {
    yield dealStep(`moved-${n}`, MOVED_ACCOUNT, 300 + (n % 60), n);
  }
  for (let n = 0; n < HEAVY_LINES; n += 1) yield dealStep(`heavy-${n}`, `a${n}`, n % 80, n, HEAVY);
}

/** The deals, in order of their days. */
export function* dealSteps({ deals, reps }: BenchCompany): Generator<object> {
  for (let n = 0; n < deals; n += 1) {
    yield dealStep(
      `d${n}`,
      `a${n % Math.max(1, Math.floor(deals / 20))}`,
      Math.floor((n * DAYS) / deals),
      n,
      repOf(n % reps),
    );
  }
}

/** A deal that is booked while the company is being measured. */
export const newDeal = (n: number, rep: string): object =>
  (dealStep(`new-${n}`, `a${n}`, 340, n, rep) as { 'book-deal': object })['book-deal'];

/** Another version of everybody's plan, in its normal form, in force since the first. */
export const newPlan = (n: number): object => ({
  id: 'rep',
  currency: 'USD',
  from: '2026-01-01',
  components: [
    {
      id: 'bookings',
      type: 'commission',
      window: 'quarter',
      tiers: {
        by: 'attainment',
        apply: 'marginal',
        steps: [
          { from: '0', rate: `0.0${6 + (n % 3)}` },
          { from: '1', rate: '0.1' },
        ],
      },
    },
  ],
});

/** Writes steps as NDJSON. */
export const writeSteps = async (file: string, steps: Iterable<object>): Promise<void> => {
  const out = createWriteStream(file);
  let chunk = '';
  for (const step of steps) {
    chunk += `${JSON.stringify(step)}\n`;
    if (chunk.length < 1 << 18) continue;
    if (!out.write(chunk)) await once(out, 'drain');
    chunk = '';
  }
  out.end(chunk);
  await once(out, 'finish');
};
