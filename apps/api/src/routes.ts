import type { Caller, Reach, Role } from './caller.js';

/** Who may use a route. */
export type Access = 'public' | Readonly<Partial<Record<Role, Reach>>>;

const COMP: Access = { 'comp-admin': 'all' };
const FEEDS: Access = { 'comp-admin': 'all', integration: 'all' };
// Whether a comp-admin may approve is for the policy to say.
const APPROVES: Access = { approver: 'all', 'comp-admin': 'all' };
const PAYS: Access = { 'comp-admin': 'all', approver: 'all' };
const STAFF: Access = { 'comp-admin': 'all', approver: 'all', auditor: 'all' };
const EVERYBODY: Access = { ...STAFF, rep: 'own', manager: 'below' };
const DISPUTES: Access = { 'comp-admin': 'all', rep: 'own', manager: 'below' };
const AUDITS: Access = { auditor: 'all', 'comp-admin': 'all', approver: 'all' };
const ADMINS: Access = { 'comp-admin': 'all', auditor: 'all' };
const DECIDES: Access = { 'comp-admin': 'all', approver: 'all' };

/**
 * Who may use which route. The guard enforces this table and the tests walk it: a route that is not in it answers
 * nobody.
 */
export const ROUTES: Readonly<Record<string, Access>> = {
  'GET /healthz': 'public',
  'GET /v1/me': { ...EVERYBODY, integration: 'own' },

  // Facts
  'POST /v1/calendar': COMP,
  'POST /v1/policies': COMP,
  'POST /v1/payees': FEEDS,
  'POST /v1/payees/:payee/change': FEEDS,
  'POST /v1/payees/:payee/leaves': FEEDS,
  'POST /v1/payees/:payee/terminate': FEEDS,
  'POST /v1/payees/:payee/forget': COMP,
  'POST /v1/accounts': FEEDS,
  'POST /v1/accounts/:account/move': FEEDS,
  'POST /v1/territories': FEEDS,
  'POST /v1/territories/:territory/assignments': FEEDS,
  'POST /v1/fx-rates': FEEDS,
  'POST /v1/plans': COMP,
  'POST /v1/plan-assignments': COMP,
  'POST /v1/quotas': COMP,
  'POST /v1/metrics': FEEDS,
  'POST /v1/objectives': COMP,
  'POST /v1/adjustments': COMP,
  'POST /v1/deals': FEEDS,
  'POST /v1/deals/:deal/amend': FEEDS,
  'POST /v1/deals/:deal/correct': FEEDS,
  'POST /v1/deals/:deal/cancel': FEEDS,
  'POST /v1/deals/:deal/invoices': FEEDS,
  'POST /v1/deals/:deal/payments': FEEDS,

  'GET /v1/calendar': { ...EVERYBODY, integration: 'all' },
  'GET /v1/policies': STAFF,
  'GET /v1/payees': EVERYBODY,
  'GET /v1/payees/:payee': EVERYBODY,
  'GET /v1/accounts': STAFF,
  'GET /v1/accounts/:account': STAFF,
  'GET /v1/territories': STAFF,
  'GET /v1/territories/:territory': STAFF,
  'GET /v1/fx-rates': STAFF,
  'GET /v1/plans': STAFF,
  'GET /v1/plans/:plan': STAFF,
  'GET /v1/plan-assignments': EVERYBODY,
  'GET /v1/quotas': EVERYBODY,
  'GET /v1/metrics': STAFF,
  'GET /v1/objectives': EVERYBODY,
  'GET /v1/deals': EVERYBODY,
  'GET /v1/deals/:deal': EVERYBODY,

  // What was calculated
  'GET /v1/statements/:payee/:period': EVERYBODY,
  'GET /v1/statements/:payee/:period/issued': EVERYBODY,
  'GET /v1/statements/:payee/:period/issued/:sha256': EVERYBODY,
  'GET /v1/statements/:payee/:period/lines/:line/explain': EVERYBODY,
  'GET /v1/credits': EVERYBODY,
  'GET /v1/attainment': EVERYBODY,
  'GET /v1/earnings': EVERYBODY,
  'GET /v1/adjustments': EVERYBODY,
  'GET /v1/payable': EVERYBODY,
  'GET /v1/balances': EVERYBODY,
  'GET /v1/uncredited': STAFF,

  // Who may do what
  'GET /v1/roles': ADMINS,
  'POST /v1/roles': COMP,
  'POST /v1/roles/:user/revoke': COMP,
  'GET /v1/api-keys': ADMINS,
  'POST /v1/api-keys': COMP,
  'POST /v1/api-keys/:key/revoke': COMP,

  // Commitments
  'GET /v1/periods': { ...EVERYBODY, integration: 'all' },
  'GET /v1/periods/:period': { ...EVERYBODY, integration: 'all' },
  'GET /v1/payouts': STAFF,
  'GET /v1/payouts/:payout': STAFF,
  'GET /v1/payouts/:payout/review': STAFF,
  'GET /v1/payouts/:payout/export': STAFF,
  'GET /v1/disputes': EVERYBODY,
  'GET /v1/disputes/:dispute': EVERYBODY,
  'GET /v1/disputes/:dispute/attachments/:sha256': EVERYBODY,
  'POST /v1/periods/:period/close': COMP,
  'POST /v1/payouts': COMP,
  'POST /v1/payouts/:payout/submit': COMP,
  'POST /v1/payouts/:payout/notes': PAYS,
  'POST /v1/payouts/:payout/approve': APPROVES,
  'POST /v1/payouts/:payout/reject': APPROVES,
  'POST /v1/payouts/:payout/confirm': PAYS,
  'POST /v1/payouts/:payout/reverse': PAYS,
  'POST /v1/statements/:payee/:period/issue': COMP,
  'POST /v1/statements/:payee/:period/acknowledge': { rep: 'own', manager: 'own' },
  'GET /v1/webhooks': ADMINS,
  'GET /v1/webhooks/:webhook/deliveries': ADMINS,
  'POST /v1/webhooks': COMP,
  'POST /v1/webhooks/:webhook/disable': COMP,
  'POST /v1/webhooks/:webhook/rotate': COMP,
  'POST /v1/webhooks/:webhook/deliveries/:delivery/redeliver': COMP,
  'POST /v1/disputes': DISPUTES,
  'POST /v1/disputes/:dispute/comments': { ...DISPUTES, approver: 'all' },
  'POST /v1/disputes/:dispute/attachments': { ...DISPUTES, approver: 'all' },
  'POST /v1/disputes/:dispute/assign': DECIDES,
  'POST /v1/disputes/:dispute/escalate': DECIDES,
  'POST /v1/disputes/:dispute/preview': DECIDES,
  'POST /v1/disputes/:dispute/resolve': DECIDES,
  'POST /v1/disputes/:dispute/withdraw': DISPUTES,

  // Long work, each to be seen by who asked for it
  'POST /v1/imports': FEEDS,
  'GET /v1/imports/:import': FEEDS,
  'POST /v1/imports/:import/cancel': FEEDS,
  'POST /v1/simulations': COMP,
  'GET /v1/simulations/:simulation': COMP,
  'POST /v1/simulations/:simulation/cancel': COMP,

  // Audit
  'GET /v1/audit/heads': AUDITS,
  'GET /v1/audit/controls/:control': AUDITS,
  'GET /v1/audit/proofs/:payout/:payee': EVERYBODY,
  'POST /v1/audit/verifications': AUDITS,
  'GET /v1/audit/verifications/:verification': AUDITS,
  'POST /v1/audit/verifications/:verification/cancel': AUDITS,
};

/** What a key may always do: ask who it is, when it is, and bring what its scopes allow in bulk. */
export const OPEN_TO_KEYS: ReadonlySet<string> = new Set(['me', 'calendar', 'periods', 'imports']);

// What arrives in bulk, by the noun of its route: a feed brings the first, a comp-admin all. Commitments are made one
// by one, and so are keys.
const FEEDS_BRING: Readonly<Record<string, readonly string[]>> = {
  payees: ['add-payee', 'change-payee', 'record-leave', 'terminate-payee'],
  accounts: ['register-account', 'move-account'],
  territories: ['define-territory', 'assign-territory'],
  'fx-rates': ['publish-fx-rate'],
  metrics: ['record-metric'],
  deals: [
    'book-deal',
    'amend-deal',
    'correct-deal',
    'cancel-deal',
    'record-invoice',
    'record-payment',
  ],
};
const COMP_BRINGS = [
  ...Object.values(FEEDS_BRING).flat(),
  'define-calendar',
  'set-policy',
  'publish-plan',
  'assign-plan',
  'assign-quota',
  'score-objective',
  'adjust-credit',
  'adjust-earnings',
  'grant-role',
  'revoke-role',
];

/** What a login may import: what its route would let through, and no commitment. */
export const importable = ({ role, key }: Pick<Caller, 'role' | 'key'>): ReadonlySet<string> => {
  if (role === 'comp-admin') return new Set(COMP_BRINGS);
  if (role !== 'integration') return new Set();
  const nouns = key ? key.scopes : Object.keys(FEEDS_BRING);
  return new Set(nouns.flatMap((noun) => FEEDS_BRING[noun] ?? []));
};
