import { company } from '#testing';

type Loose = Record<string, unknown>;

const rated = (id: string, fields: Loose = {}) => ({
  id,
  type: 'commission',
  rate: '5%',
  ...fields,
});
const publish = (id: string, components: readonly Loose[], fields: Loose = {}) => ({
  'publish-plan': { id, currency: 'USD', from: '2026-01-01', components, ...fields },
});
const assign = (plan: string, fields: Loose = {}) => ({
  'assign-plan': { payee: 'ana', plan, from: '2026-01-01', ...fields },
});
const person = (id: string) => ({
  'add-payee': { id, name: id, hiredOn: '2025-01-01', currency: 'USD' },
});
const goals = { id: 'goals', type: 'objectives', objectives: [{ id: 'hire', weight: '100%' }] };
const tiered = {
  id: 'tiered',
  type: 'commission',
  tiers: { by: 'value', apply: 'marginal', steps: [{ from: '0', rate: '5%' }] },
};

const start = () =>
  company(
    { 'define-calendar': { start: '2026-01-01' } },
    person('ana'),
    publish('ae', [rated('new'), tiered, goals]),
  );

describe('publication', () => {
  it('said again changes nothing', () =>
    expect(start().outcome(publish('ae', [rated('new'), tiered, goals]))).toBe('nothing'));
  it('of the same day again replaces the version', () =>
    expect(start().outcome(publish('ae', [rated('new', { rate: '6%' })]))).toBe('recorded'));
  it('of a later day is a new version', () =>
    expect(start().outcome(publish('ae', [rated('new')], { from: '2026-07-01' }))).toBe(
      'recorded',
    ));
  it('lists all faults in words', () =>
    expect(
      start().words(publish('bad', [rated('a', { every: 'year' }), { id: 'b', type: 'spiff' }])),
    ).toBe(
      'The plan "bad" has 2 faults:\n' +
        'components[0].every: found year, which is longer than the window, a quarter\n' +
        'components[1]: a component of type spiff needs exactly one of amount, perUnit',
    ));
  it('is in one currency for all versions', () =>
    expect(
      start().words(publish('ae', [rated('new')], { currency: 'EUR', from: '2027-01-01' })),
    ).toContain('currency: found EUR; the other versions are in USD'));
  it('does not take a component twice', () =>
    expect(start().outcome(publish('x', [rated('a'), rated('a')]))).toBe('Malformed'));
});

describe('plans held at the same time', () => {
  const both = () => {
    const made = start();
    made.record(publish('bonus', [rated('extra')]));
    made.record(assign('ae', { to: '2026-06-30' }));
    return made;
  };
  it('share no component id', () => {
    const made = both();
    made.record(publish('other', [rated('new')]));
    expect(made.outcome(assign('other', { from: '2026-06-30' }))).toBe('ComponentShared');
    expect(made.words(assign('other'))).toContain(
      'the plans other and ae at the same time, and both have a component "new"',
    );
    expect(made.outcome(assign('other', { from: '2026-07-01' }))).toBe('recorded');
  });
  it('are fine with different ones', () =>
    expect(both().outcome(assign('bonus'))).toBe('recorded'));
  it('count by what the versions of those days have', () => {
    const made = both();
    made.record(publish('other', [rated('a')]));
    made.record(publish('other', [rated('new')], { from: '2026-07-01' }));
    expect(made.outcome(assign('other'))).toBe('recorded');
  });
  it('are looked at when a version brings in a component', () => {
    const made = both();
    made.record(assign('bonus'));
    expect(made.outcome(publish('bonus', [rated('new')], { from: '2026-06-01' }))).toBe(
      'ComponentShared',
    );
    expect(made.outcome(publish('bonus', [rated('new')], { from: '2026-07-01' }))).toBe('recorded');
  });
  it('may be one plan assigned twice', () =>
    expect(both().outcome(assign('ae', { from: '2026-03-01' }))).toBe('recorded'));
});

describe('what payees are given', () => {
  const quota = { payee: 'ana', component: 'new', period: 'FY2026-Q1', amount: '500' };
  const score = {
    payee: 'ana',
    component: 'goals',
    objective: 'hire',
    period: 'FY2026-Q1',
    score: '80%',
  };
  const metric = { id: 'm1', metric: 'csat', on: '2026-01-31', amount: '97.5' };
  const manual = { id: 'e1', payee: 'ana', period: 'FY2026-M01', amount: '-5', reason: 'agreed' };

  it.each<[string, Loose]>([
    [
      'recorded',
      assign('ae', { rates: { new: '8%' }, ramp: ['25%', '50%'], targetIncentive: '1000' }),
    ],
    ['PayeeNotFound', assign('ae', { payee: 'anna' })],
    ['PlanNotFound', assign('ea')],
    ['ComponentNotFound', assign('ae', { rates: { nwe: '8%' } })],
    ['ComponentWithoutRate', assign('ae', { rates: { tiered: '8%' } })],
    ['Malformed', assign('ae', { to: '2025-12-31' })],
    ['recorded', { 'assign-quota': quota }],
    ['recorded', { 'assign-quota': { ...quota, from: '2026-03-31' } }],
    ['QuotaOutsidePeriod', { 'assign-quota': { ...quota, from: '2026-04-01' } }],
    ['QuotaOutsidePeriod', { 'assign-quota': { ...quota, from: '2025-12-31' } }],
    ['PayeeNotFound', { 'assign-quota': { ...quota, payee: 'bob' } }],
    ['ComponentNotFound', { 'assign-quota': { ...quota, component: 'nw' } }],
    ['Malformed', { 'assign-quota': { ...quota, amount: '-1' } }],
    ['recorded', { 'score-objective': score }],
    ['PeriodNotWindow', { 'score-objective': { ...score, period: 'FY2026-M01' } }],
    ['PeriodNotWindow', { 'score-objective': { ...score, period: 'FY2026' } }],
    ['ObjectiveNotFound', { 'score-objective': { ...score, objective: 'hir' } }],
    ['ObjectiveNotFound', { 'score-objective': { ...score, component: 'new' } }],
    ['ComponentNotFound', { 'score-objective': { ...score, component: 'x' } }],
    ['recorded', { 'record-metric': metric }],
    ['PayeeNotFound', { 'record-metric': { ...metric, payee: 'bob' } }],
    ['recorded', { 'adjust-earnings': manual }],
    ['recorded', { 'adjust-earnings': { ...manual, component: 'new' } }],
    ['ComponentNotFound', { 'adjust-earnings': { ...manual, component: 'x' } }],
    ['PayeeNotFound', { 'adjust-earnings': { ...manual, payee: 'bob' } }],
    ['Malformed', { 'adjust-earnings': { ...manual, period: 'FY2026-Q1' } }],
    [
      'recorded',
      { 'publish-fx-rate': { base: 'EUR', quote: 'USD', rate: '1.1', on: '2026-01-01' } },
    ],
    [
      'Malformed',
      { 'publish-fx-rate': { base: 'EUR', quote: 'EUR', rate: '1', on: '2026-01-01' } },
    ],
    [
      'Malformed',
      { 'publish-fx-rate': { base: 'EUR', quote: 'USD', rate: '0', on: '2026-01-01' } },
    ],
  ])('%s: %j', (outcome, step) => expect(start().outcome(step)).toBe(outcome));

  it('is replaced by a later word, and not changed by the same', () => {
    const made = start();
    made.record({ 'assign-quota': quota });
    expect(made.outcome({ 'assign-quota': { ...quota, amount: 500 } })).toBe('nothing');
    expect(made.outcome({ 'assign-quota': { ...quota, amount: '600' } })).toBe('recorded');
    expect(made.outcome({ 'assign-quota': quota })).toBe('recorded');
    made.record({ 'score-objective': score });
    expect(made.outcome({ 'score-objective': { ...score, score: '0.80' } })).toBe('nothing');
    expect(made.outcome({ 'score-objective': { ...score, score: '90%' } })).toBe('recorded');
  });

  it('has an id that means one thing', () => {
    const made = start();
    made.record({ 'record-metric': metric });
    made.record({ 'adjust-earnings': manual });
    expect(made.outcome({ 'record-metric': metric })).toBe('nothing');
    expect(made.outcome({ 'record-metric': { ...metric, amount: '1' } })).toBe(
      'MetricRecordedDifferently',
    );
    expect(made.outcome({ 'adjust-earnings': { ...manual, amount: '1' } })).toBe(
      'EarningsAdjustedDifferently',
    );
  });

  it('may be a rate of a pair that is published anew', () => {
    const made = start();
    const rate = { base: 'EUR', quote: 'USD', rate: '1.1', on: '2026-01-01' };
    made.record({ 'publish-fx-rate': rate });
    expect(made.outcome({ 'publish-fx-rate': { ...rate, rate: '1.10' } })).toBe('nothing');
    expect(made.outcome({ 'publish-fx-rate': { ...rate, rate: '1.2' } })).toBe('recorded');
    expect(made.outcome({ 'publish-fx-rate': { ...rate, rate: '1.2', type: 'plan' } })).toBe(
      'recorded',
    );
  });
});
