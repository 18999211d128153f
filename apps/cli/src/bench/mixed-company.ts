import { formatDay } from '#kernel';
import { bookedDay, dealSteps, repOf, setupSteps, type BenchCompany } from './company-of.js';
import { cents } from './mixed-facts.js';
import { plan, SORTS, type Sort } from './plan-sorts.js';

const sortOf = (rep: number): Sort => SORTS[Math.floor(rep / 2) % SORTS.length] as Sort;

function* manager(id: string): Generator<object> {
  yield { 'add-payee': { id, name: `Payee ${id}`, hiredOn: '2025-01-01', currency: 'USD' } };
  yield { 'assign-plan': { payee: id, plan: 'manager', from: '2026-01-01' } };
}

function* rep(n: number, below: string | undefined): Generator<object> {
  const { id: sort, assigned, terms, pay = 'USD' } = sortOf(n);
  const id = repOf(n);
  yield {
    'add-payee': {
      id,
      name: `Payee ${id}`,
      hiredOn: '2025-01-01',
      currency: pay,
      ...(below !== undefined && { manager: below }),
    },
  };
  yield { 'assign-plan': { payee: id, plan: sort, from: '2026-01-01', ...assigned } };
  yield* terms?.(id, n) ?? [];
}

// What is known before the deals: a plan of each sort, who has it, whose territories there are.
function* mixedSetup({ reps, managed }: BenchCompany): Generator<object> {
  yield { 'define-calendar': { start: '2026-01-01' } };
  for (const base of ['EUR', 'GBP']) {
    for (let month = 1; month <= 12; month += 1) {
      const on = `2026-${String(month).padStart(2, '0')}-01`;
      const value = base === 'EUR' ? `1.0${month % 9}5` : `1.2${month % 8}`;
      yield { 'publish-fx-rate': { base, quote: 'USD', rate: value, on } };
    }
  }
  for (const { id, plan: of } of SORTS) yield { 'publish-plan': { id, ...of } };
  yield {
    'publish-plan': {
      id: 'manager',
      ...plan([
        { id: 'below', type: 'override', rate: '1%' },
        {
          id: 'earned',
          type: 'override',
          measure: { value: 'earnings', of: ['bookings', 'flat'] },
          rate: '2%',
        },
      ]),
    },
  };
  for (let n = 0; n < managed; n += 10) yield* manager(`m${n}`);
  for (let n = 0; n < reps; n += 1) yield* rep(n, n < managed ? `m${n - (n % 10)}` : undefined);
  // Every twentieth account lies in a territory, whose overlay has credit beside the team.
  yield { 'define-territory': { id: 'north', name: 'North', rule: 'account.id.endsWith("7")' } };
  yield {
    'assign-territory': {
      territory: 'north',
      payee: repOf(0),
      role: 'overlay',
      share: '10%',
      from: '2026-01-01',
    },
  };
}

// The deals of all of them, in order of their days, and what happens to each.
function* mixedDeals({ deals, reps }: BenchCompany): Generator<object> {
  for (let n = 0; n < deals; n += 1) {
    const of = n % reps;
    const { deal, after } = sortOf(of);
    const id = `d${n}`;
    const on = bookedDay(n, deals);
    yield {
      'book-deal': {
        id,
        account: `a${n % Math.max(1, Math.floor(deals / 20))}`,
        bookedOn: formatDay(on),
        currency: 'USD',
        amount: cents(n),
        type: n % 3 === 0 ? 'renewal' : 'new',
        attributes: { region: `region-${n % 7}`, source: `campaign ${n % 23}` },
        team: [{ payee: repOf(of), share: '100%' }],
        ...deal?.(n, of),
      },
    };
    yield* after?.(id, n, on) ?? [];
  }
}

/** What is known of a company before its deals, and its deals. */
export const stepsOf = (company: BenchCompany): Record<'setup' | 'deals', Iterable<object>> =>
  company.mix === 'all'
    ? { setup: mixedSetup(company), deals: mixedDeals(company) }
    : { setup: setupSteps(company), deals: dealSteps(company) };
