/** A command of the walk: who gives it, and what else the service knows when he does. */
export interface WalkStep {
  readonly type: string;
  readonly data: object;
  readonly by?: string;
  readonly role?: string;
  readonly payee?: string;
  readonly key?: string;
  readonly source?: string;
  readonly commandId?: string;
  readonly with?: object;
}

const people: readonly WalkStep[] = [
  {
    type: 'add-payee',
    data: { id: 'max', name: 'Max Vogel', hiredOn: '2024-01-01', currency: 'USD' },
  },
  {
    type: 'add-payee',
    data: {
      id: 'ana',
      name: 'Ana Ru\u00edz',
      hiredOn: '2025-01-01',
      currency: 'USD',
      email: 'ana@mail.example',
      manager: 'max',
      role: 'ae',
      attributes: { phone: '0815', region: 'emea', ramped: true, level: 3 },
    },
    source: 'payees.csv:2',
  },
  { type: 'add-payee', data: { id: 'bob', name: 'Bob', hiredOn: '2025-01-01', currency: 'USD' } },
  {
    type: 'change-payee',
    data: {
      payee: 'ana',
      on: '2026-01-05',
      manager: 'max',
      role: 'senior-ae',
      currency: 'USD',
      attributes: { phone: '4711', region: 'emea' },
    },
  },
  { type: 'record-leave', data: { payee: 'ana', from: '2026-06-01', to: '2026-06-14' } },
  { type: 'terminate-payee', data: { payee: 'bob', on: '2026-02-01' } },
];

const company: readonly WalkStep[] = [
  { type: 'define-calendar', data: { start: '2026-01-01', pattern: 'monthly' } },
  {
    type: 'set-policy',
    data: {
      rounding: 'half-even',
      fx: { measure: 'booking-date', pay: 'earned' },
      approvals: [{ above: '0', approvers: 1, roles: ['approver'], notes: ['new'] }],
      disputes: { days: 1, to: 'max', escalateTo: 'gus' },
      personalAttributes: ['phone'],
      from: 'FY2026-M01',
    },
    commandId: 'policy-1',
  },
  ...people,
  { type: 'grant-role', data: { user: 'zoe', role: 'approver', payee: 'max' } },
  { type: 'revoke-role', data: { user: 'eva', role: 'comp-admin' } },
  {
    type: 'create-key',
    data: {
      id: 'crm',
      role: 'integration',
      scopes: ['deals'],
      expiresOn: '2026-12-31',
      note: 'nightly orders',
    },
    payee: 'max',
    with: { prefix: 'ec_Example1', sha256: 'ab'.repeat(32) },
  },
  { type: 'revoke-key', data: { key: 'crm', reason: 'replaced' } },
  {
    type: 'register-account',
    data: { id: 'acme', name: 'Acme', attributes: { country: 'DE', employees: 40, key: true } },
  },
  { type: 'define-territory', data: { id: 'world', name: 'World', rule: 'true', priority: -1 } },
  { type: 'define-territory', data: { id: 'dach', name: 'DACH', parent: 'world' } },
  {
    type: 'assign-territory',
    data: {
      territory: 'dach',
      payee: 'ana',
      role: 'owner',
      share: '1',
      from: '2026-01-01',
      to: '2026-12-31',
    },
  },
  {
    type: 'move-account',
    data: {
      account: 'acme',
      to: 'dach',
      on: '2026-01-02',
      holdover: { until: '2026-01-31', share: '0.5' },
    },
  },
];

const components: readonly object[] = [
  {
    id: 'bookings',
    type: 'commission',
    window: 'quarter',
    tiers: {
      by: 'attainment',
      apply: 'marginal',
      steps: [
        { from: '0', rate: '0.05' },
        { from: '1', rate: '0.1' },
      ],
    },
  },
  { id: 'goals', type: 'objectives', window: 'quarter', objectives: [{ id: 'g1', weight: '1' }] },
  {
    id: 'csat',
    type: 'bonus',
    window: 'quarter',
    measure: { value: 'metric.csat' },
    curve: { shape: 'step', points: [{ at: '0.9', pays: '0.5' }] },
  },
];

const ofAna = { payee: 'ana', from: '2026-01-01' };
const promises: readonly WalkStep[] = [
  {
    type: 'publish-fx-rate',
    data: { base: 'EUR', quote: 'USD', rate: '1.1', on: '2026-01-01', type: 'spot' },
  },
  {
    type: 'publish-plan',
    data: { id: 'ae', currency: 'USD', from: '2026-01-01', to: '2027-12-31', components },
  },
  {
    type: 'assign-plan',
    data: { ...ofAna, plan: 'ae', to: '2026-12-31', targetIncentive: '20000', ramp: ['0.5'] },
  },
  {
    type: 'assign-quota',
    data: {
      ...ofAna,
      component: 'bookings',
      period: 'FY2026-Q1',
      amount: '1000',
      reason: 'as agreed',
    },
  },
  {
    type: 'record-metric',
    data: { id: 'm1', metric: 'csat', on: '2026-01-31', amount: '92', payee: 'ana' },
  },
  {
    type: 'score-objective',
    data: { payee: 'ana', component: 'goals', objective: 'g1', period: 'FY2026-Q1', score: '1' },
  },
];

/** The company before its first deal: its people, its territories, and what they were promised. */
export const SETTING: readonly WalkStep[] = [...company, ...promises];
