import fc from 'fast-check';

const one = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const BY_ATTAINMENT = {
  by: 'attainment',
  apply: 'marginal',
  steps: [
    { from: '0', rate: '0.05' },
    { from: '1', rate: '0.1' },
  ],
};
const BY_VALUE = {
  by: 'value',
  apply: 'marginal',
  steps: [
    { from: '0', rate: '1%' },
    { from: '9000', rate: '3%' },
    { from: '20000', amount: '100' },
  ],
};
const BY_MARGIN = {
  by: 'margin',
  apply: 'retroactive',
  steps: [
    { from: '0', rate: '1%' },
    { from: '30%', rate: '5%' },
  ],
};
const straight = (pays: object): object => ({ curve: { shape: 'linear', by: 'value', ...pays } });
const TEAM = {
  id: 'team',
  type: 'bonus',
  measure: { who: 'team' },
  window: 'quarter',
  ...straight({
    pays: 'amount',
    points: [
      { at: '0', pays: '0' },
      { at: '10000', pays: '500' },
    ],
  }),
};
const ROLLUP = { id: 'rollup', type: 'override', rate: '0.01' };
const below = (...of: string[]): object => ({
  id: 'below',
  type: 'override',
  measure: { value: 'earnings', of },
  rate: '0.1',
});

/** The plans that there are from the start, by their ids: of a rep, of who leads a team, of who is above all. */
export const PLANS: Readonly<Record<string, readonly object[]>> = {
  rep: [{ id: 'bookings', type: 'commission', window: 'quarter', tiers: BY_ATTAINMENT }],
  lead: [TEAM, ROLLUP],
  boss: [below('bookings', 'rollup')],
};

// What differs from one version of the rep's commission to another; one of each is taken.
const TERMS: readonly (readonly object[])[] = [
  [
    { tiers: BY_ATTAINMENT },
    { tiers: { ...BY_ATTAINMENT, apply: 'retroactive' } },
    { tiers: BY_VALUE },
    { rate: '7%' },
  ],
  [
    {},
    { where: 'account.attributes.zone == "w"' },
    { where: 'payee.role == "senior"' },
    { where: 'line.family != "x"' },
    { where: 'deal.type == "new" || on > "2026-04-01"' },
  ].flatMap((where) =>
    ['booking', 'booking', 'payment', 'invoice'].map((on) => ({ measure: { on, ...where } })),
  ),
  [
    {},
    { spread: { months: 3 } },
    { release: [{ on: 'window-end', share: '1' }] },
    {
      release: [
        { on: 'booking', share: '40%' },
        { on: 'payment', share: '60%' },
      ],
    },
    {
      release: [
        { on: 'invoice', share: '50%' },
        { on: { months: 2 }, share: '50%' },
      ],
    },
  ],
  [
    {},
    { clawback: { how: 'restate' } },
    { clawback: { how: 'recalculate', bands: [{ within: '90d', share: '100%' }] } },
    { clawback: { how: 'reverse', bands: [{ within: '60d', share: '50%' }] } },
    { clawback: { how: 'pay-only', instalments: 2 } },
  ],
  [{}, {}, { gate: { self: true, atLeast: '30%' } }, { prorate: 'months' }],
  [{}, {}, { gate: { self: true, atLeast: '30%', before: 'pay' } }],
  [{}, { factor: [{ where: 'deal.amount > 5000.0', by: '2' }] }],
  [{}, {}, { cap: { amount: '400', per: 'month' } }, { floor: { amount: '50', per: 'month' } }],
  ['month', 'quarter', 'quarter', 'half', 'year', 'deal'].map((window) => ({ window })),
];

const bookings = fc
  .tuple(...TERMS.map((terms) => one(...terms)))
  .map((terms) => Object.assign({ id: 'bookings', type: 'commission' }, ...terms) as object);

const BESIDE: readonly object[] = [
  { id: 'spiff', type: 'spiff', amount: '25', measure: { where: 'line.family == "y"' } },
  { id: 'units', type: 'spiff', perUnit: '5', measure: { value: 'quantity' } },
  {
    id: 'goals',
    type: 'objectives',
    window: 'quarter',
    weight: '20%',
    objectives: [
      { id: 'one', weight: '60%' },
      { id: 'two', weight: '40%' },
    ],
  },
  {
    id: 'csat',
    type: 'bonus',
    window: 'quarter',
    measure: { value: 'metric.csat' },
    ...straight({ pays: 'amount', points: [{ at: '50', pays: '100' }] }),
  },
  {
    id: 'margin',
    type: 'commission',
    window: 'month',
    rate: '2%',
    measure: { value: 'margin' },
    gate: { component: 'bookings', atLeast: '20%' },
  },
  { id: 'margins', type: 'commission', window: 'deal', tiers: BY_MARGIN },
];

const WHOLE: readonly object[] = [
  {},
  {},
  { draw: { amount: '100', kind: 'recoverable', to: 'FY2026-M04' } },
  { draw: { amount: '100', kind: 'advance', from: 'FY2026-M02', to: 'FY2026-M02' } },
  { draw: { amount: '80', kind: 'guarantee' } },
  { draw: { amount: '80', kind: 'stipend' } },
  { cap: { amount: '900', per: 'month' } },
];

const rep = fc
  .tuple(bookings, fc.option(one(...BESIDE), { nil: undefined }), one(...WHOLE))
  .map(([first, beside, whole]) => ({ components: beside ? [first, beside] : [first], ...whole }));
const lead = one(
  [TEAM, ROLLUP],
  [{ ...ROLLUP, measure: { where: 'account.attributes.zone == "w"' } }],
  [TEAM, below('bookings')],
  [{ ...ROLLUP, clawback: { how: 'restate' }, spread: { months: 2 } }],
).map((components) => ({ components }));
const boss = one<object[]>(
  [below('bookings', 'rollup')],
  [{ ...below('bookings', 'team'), window: 'month' }],
  [{ ...ROLLUP, window: 'year' }, TEAM],
).map((components) => ({ components }));

/** Another version of one of the plans, by its id; some contradict themselves, and are refused. */
export const VERSIONS: fc.Arbitrary<readonly [string, object]> = fc.oneof(
  { weight: 3, arbitrary: rep.map((version) => ['rep', version] as const) },
  { weight: 1, arbitrary: lead.map((version) => ['lead', version] as const) },
  { weight: 1, arbitrary: boss.map((version) => ['boss', version] as const) },
);
