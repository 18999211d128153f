import { SETTING, type WalkStep } from './walk-setting.js';

export type { WalkStep } from './walk-setting.js';

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
export const WALK: readonly WalkStep[] = [...SETTING, ...deals, ...commitments, ...disputes];
