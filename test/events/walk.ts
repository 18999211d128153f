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

const team = [
  { payee: 'ana', share: '0.5' },
  { payee: 'max', share: '0.5' },
];
const lines = [
  {
    id: 'l1',
    amount: '900.50',
    product: 'p1',
    family: 'core',
    cost: '100',
    quantity: '3',
    attributes: { term: 12 },
  },
];
const booked = { account: 'acme', bookedOn: '2026-01-10', currency: 'EUR' };
const deals: readonly WalkStep[] = [
  {
    type: 'book-deal',
    data: {
      ...booked,
      id: 'd1',
      lines,
      type: 'new',
      openedOn: '2025-12-01',
      team,
      attributes: { channel: 'direct' },
    },
    by: 'crm',
    role: 'integration',
    key: 'crm',
    source: 'orders.csv:17',
  },
  { type: 'book-deal', data: { ...booked, id: 'd2', amount: '1000' } },
  {
    type: 'amend-deal',
    data: { deal: 'd1', on: '2026-01-15', amount: '1200', reason: 'more seats' },
  },
  {
    type: 'correct-deal',
    data: {
      ...booked,
      deal: 'd1',
      amount: '1100',
      type: 'new',
      openedOn: '2025-12-02',
      team,
      attributes: { channel: 'partner' },
      reason: 'typing error',
    },
  },
  { type: 'record-invoice', data: { deal: 'd1', id: 'i1', on: '2026-01-20', amount: '1100' } },
  { type: 'record-payment', data: { deal: 'd1', id: 'y1', on: '2026-01-25', amount: '1100' } },
  { type: 'cancel-deal', data: { deal: 'd2', on: '2026-01-28', reason: 'withdrawn' } },
  {
    type: 'adjust-credit',
    data: {
      id: 'c1',
      deal: 'd1',
      payee: 'ana',
      amount: '10',
      on: '2026-01-29',
      reason: 'help with the offer',
    },
  },
  {
    type: 'adjust-earnings',
    data: {
      id: 'e1',
      payee: 'ana',
      component: 'bookings',
      period: 'FY2026-M01',
      amount: '25.50',
      reason: 'prize',
    },
  },
];

const p1 = { payout: 'p1', reason: 'as reviewed' };
const jan = { through: 'FY2026-M01' };
const commitments: readonly WalkStep[] = [
  { type: 'close-period', data: { period: 'FY2026-M01' } },
  { type: 'issue-statement', data: { payee: 'ana', period: 'FY2026-M01' } },
  {
    type: 'acknowledge-statement',
    data: { payee: 'ana', period: 'FY2026-M01', text: 'seen' },
    by: 'ana',
  },
  {
    type: 'draft-payout',
    data: {
      ...jan,
      id: 'p1',
      payees: ['ana', 'max'],
      holds: [{ payee: 'ana', reason: 'in part', pay: '10' }],
    },
    by: 'dora',
    payee: 'bob',
  },
  { type: 'note-payout', data: { payout: 'p1', payee: 'ana', note: 'new here' }, by: 'dora' },
  { type: 'submit-payout', data: p1, by: 'dora' },
  { type: 'approve-payout', data: p1, by: 'eva', role: 'approver' },
  { type: 'confirm-payout', data: p1, by: 'eva' },
  { type: 'reverse-payout', data: p1, by: 'eva' },
  { type: 'draft-payout', data: { ...jan, id: 'p2' }, by: 'dora' },
  { type: 'reject-payout', data: { payout: 'p2', reason: 'too early' }, by: 'eva' },
];

const about = { deal: 'd1', component: 'bookings', period: 'FY2026-M01' };
const q1 = { dispute: 'q1' };
const evidence = { name: 'order.pdf', mediaType: 'application/pdf', bytes: 9 };
const disputes: readonly WalkStep[] = [
  {
    type: 'open-dispute',
    data: { id: 'q1', payee: 'ana', about, claim: 'It was all mine.', expected: '100' },
    by: 'ana',
  },
  { type: 'comment-dispute', data: { ...q1, text: 'See the order.' }, by: 'ana' },
  { type: 'attach-evidence', data: { ...q1, ...evidence, sha256: 'cd'.repeat(32) }, by: 'ana' },
  { type: 'escalate-dispute', data: q1 },
  { type: 'assign-dispute', data: { ...q1, to: 'max', due: '2026-12-31', escalateTo: 'gus' } },
  {
    type: 'resolve-dispute',
    data: {
      ...q1,
      outcome: 'upheld',
      text: 'So it is.',
      remedy: {
        'adjust-earnings': {
          id: 'e2',
          payee: 'ana',
          component: 'bookings',
          period: 'FY2026-M02',
          amount: '5',
          reason: 'dispute q1',
        },
      },
    },
    by: 'max',
  },
  {
    type: 'open-dispute',
    data: { id: 'q2', payee: 'ana', about: { deal: 'd9' }, claim: 'More.' },
    by: 'ana',
  },
  { type: 'withdraw-dispute', data: { dispute: 'q2', text: 'Never mind.' }, by: 'ana' },
  { type: 'forget-payee', data: { payee: 'bob', reason: 'request 7', confirm: 'bob' } },
  { type: 'add-payee', data: { id: 'cy', name: 'Cy', hiredOn: '2026-01-01', currency: 'USD' } },
  { type: 'forget-payee', data: { payee: 'cy', reason: 'request 8', confirm: 'cy', anyway: true } },
];

/** Every command once, with all that it may say: in the order in which a company would give them. */
export const WALK: readonly WalkStep[] = [
  ...company,
  ...promises,
  ...deals,
  ...commitments,
  ...disputes,
];
