import {
  amended,
  cancelled,
  forBookings,
  metrics,
  quota,
  received,
  team,
  twoLines,
} from './mixed-facts.js';

/** A kind of plan that a part of the payees has: its components, and what its deals are like. */
export interface Sort {
  readonly id: string;
  readonly plan: object;
  /** What besides the assignment is recorded of the payee. */
  readonly terms?: (payee: string, n: number) => readonly object[];
  readonly assigned?: object;
  readonly pay?: string;
  /** What a deal says beyond the usual, and what happens to it afterwards. */
  readonly deal?: (n: number, rep: number) => object;
  readonly after?: (deal: string, n: number, on: number) => readonly object[];
}

const rate = '5%';
const steps = (...of: readonly (readonly [from: string, rate: string])[]): object[] =>
  of.map(([from, rateOf]) => ({ from, rate: rateOf }));
const byAttainment = steps(['0%', '5%'], ['100%', '8%'], ['150%', '12%']);
const marginal = { by: 'attainment', apply: 'marginal', steps: byAttainment };
const retroactive = { by: 'attainment', apply: 'retroactive', steps: byAttainment };
const usual = { id: 'bookings', type: 'commission', window: 'quarter', tiers: marginal };
const target = { targetIncentive: '60000' };

/** A plan in dollars for the year that is measured. */
export const plan = (components: readonly object[], more: object = {}): object => ({
  currency: 'USD',
  from: '2026-01-01',
  components,
  ...more,
});

/** Every type of component and every feature that many payees can have, each in a plan. */
export const SORTS: readonly Sort[] = [
  { id: 'marginal', plan: plan([usual]), terms: forBookings },
  {
    id: 'retroactive',
    plan: plan([{ ...usual, tiers: retroactive, cap: { amount: '20000', per: 'quarter' } }]),
    terms: forBookings,
    after: cancelled(25),
  },
  {
    id: 'multiplier',
    plan: plan([
      {
        ...usual,
        every: 'quarter',
        season: ['20%', '25%', '25%', '30%'],
        tiers: {
          by: 'attainment',
          apply: 'marginal',
          steps: [
            { from: '0%', multiplier: '1' },
            { from: '80%', multiplier: '1.5' },
            { from: '100%', amount: '1000' },
          ],
        },
      },
    ]),
    assigned: { ...target, ramp: ['25%', '50%', '75%'] },
    terms: (payee) => [
      quota(payee, 'bookings', '400000'),
      { 'record-leave': { payee, from: '2026-05-04', to: '2026-05-22' } },
    ],
  },
  {
    id: 'value',
    plan: plan(
      [
        {
          ...usual,
          window: 'month',
          measure: { where: `deal.type == "new" && deal.attributes.region != "region-3"` },
          tiers: { by: 'value', apply: 'marginal', steps: steps(['0', rate], ['20000', '7.5%']) },
          cap: { amount: '400', per: 'deal' },
        },
        { id: 'renewals', type: 'commission', measure: { where: `deal.type == "renewal"` }, rate },
      ],
      { cap: { amount: '9000', per: 'quarter' } },
    ),
  },
  {
    id: 'matrix',
    plan: plan([
      {
        ...usual,
        tiers: undefined,
        matrix: {
          rows: { of: 'self', by: 'attainment', from: ['0%', '50%', '100%'] },
          columns: { of: 'margin', by: 'value', from: ['0', '50000'] },
          pays: [
            ['2%', '3%'],
            ['4%', '5%'],
            ['6%', '9%'],
          ],
          unit: 'rate',
        },
      },
      { id: 'margin', type: 'commission', measure: { value: 'margin' }, rate: '1%' },
    ]),
    terms: forBookings,
    deal: twoLines,
  },
  {
    id: 'curve',
    plan: plan([
      {
        id: 'bookings',
        type: 'bonus',
        weight: '70%',
        curve: {
          shape: 'linear',
          beyond: 'extend',
          points: [
            { at: '50%', pays: '50%' },
            { at: '100%', pays: '100%' },
            { at: '130%', pays: '180%' },
          ],
        },
        gate: { self: true, atLeast: '60%' },
      },
      { id: 'flat', type: 'commission', rate: '2%' },
    ]),
    assigned: { ...target, rates: { flat: '2.25%' } },
    terms: forBookings,
  },
  {
    id: 'spiff',
    plan: plan([
      { id: 'deals', type: 'spiff', amount: '25', measure: { where: `deal.amount >= 3000.0` } },
      {
        id: 'units',
        type: 'spiff',
        perUnit: '1.50',
        measure: { where: `line.family != "service"` },
      },
      { id: 'count', type: 'commission', measure: { value: 'count' }, rate: '10', window: 'year' },
    ]),
    deal: twoLines,
    after: cancelled(30),
  },
  {
    id: 'objectives',
    plan: plan([
      { ...usual, gate: { component: 'goals', atLeast: '65%', before: 'pay' } },
      {
        id: 'goals',
        type: 'objectives',
        weight: '20%',
        objectives: [
          { id: 'onboarding', weight: '80%' },
          { id: 'training', weight: '20%' },
        ],
      },
      {
        id: 'csat',
        type: 'bonus',
        weight: '10%',
        measure: { value: 'metric.csat' },
        curve: { by: 'value', shape: 'step', points: [{ at: '85', pays: '100%' }] },
      },
    ]),
    assigned: target,
    terms: (payee) => [...forBookings(payee), ...metrics(payee)],
  },
  {
    id: 'by-margin',
    plan: plan([
      {
        id: 'bookings',
        type: 'commission',
        window: 'deal',
        tiers: {
          by: 'margin',
          apply: 'retroactive',
          steps: steps(['0%', '3%'], ['50%', '6%'], ['90%', '8%']),
        },
        floor: { amount: '10', per: 'deal' },
      },
    ]),
    deal: twoLines,
    after: cancelled(25),
  },
  {
    id: 'clawback',
    plan: plan([
      {
        ...usual,
        clawback: {
          how: 'reverse',
          bands: [
            { within: '30d', share: '100%' },
            { within: '60d', share: '50%' },
          ],
          instalments: 3,
        },
      },
    ]),
    terms: forBookings,
    after: amended,
  },
  {
    id: 'release',
    plan: plan(
      [
        {
          ...usual,
          release: [
            { on: 'booking', share: '50%' },
            { on: 'payment', share: '50%' },
          ],
        },
        {
          id: 'invoiced',
          type: 'commission',
          measure: { on: 'invoice' },
          rate: '1%',
          spread: { months: 6 },
        },
      ],
      { draw: { amount: '1500', kind: 'recoverable', recoverAtMost: '50%' } },
    ),
    terms: forBookings,
    after: received,
  },
  {
    id: 'split',
    plan: plan([
      {
        ...usual,
        measure: { factor: [{ where: `line.family == "service"`, by: '0.5' }] },
        factor: [{ where: `deal.attributes.source == "campaign 5"`, by: '1.1' }],
        share: '90%',
      },
    ]),
    terms: forBookings,
    deal: team,
  },
  {
    id: 'foreign',
    plan: plan([usual]),
    pay: 'GBP',
    terms: forBookings,
    deal: (n) => ({ currency: n % 2 === 0 ? 'EUR' : 'USD' }),
    after: cancelled(25),
  },
  {
    id: 'units',
    plan: plan([
      {
        ...usual,
        against: 'to-date',
        window: 'year',
        measure: { value: 'quantity' },
        tiers: { by: 'attainment', apply: 'marginal', steps: steps(['0%', '2'], ['100%', '3.5']) },
      },
      { id: 'seats', type: 'commission', measure: { value: 'attributes.seats' }, rate: '0.75' },
      {
        id: 'crew',
        type: 'commission',
        measure: { where: `deal.type == "new"` },
        tiers: { by: 'attainment', of: 'bookings', apply: 'retroactive', steps: byAttainment },
      },
    ]),
    terms: (payee) => [quota(payee, 'bookings', '600')],
    deal: twoLines,
    after: cancelled(40),
  },
];
