import { ownDeal, planOf } from '#testing';
import { TriedApi, type Fact, type Login } from './harness.js';

/** A deal of 100 USD that is all Ana's. */
export const deal = (id: string) => ownDeal(id, '100', '2026-02-10');

const FACTS: readonly Fact[] = [
  ['/v1/calendar', { start: '2026-01-01' }],
  ['/v1/payees', { id: 'ana', name: 'Ana', hiredOn: '2025-01-01', currency: 'USD' }],
  ['/v1/plans', planOf({ id: 'bookings', type: 'commission', rate: '8%' })],
  ['/v1/plan-assignments', { payee: 'ana', plan: 'ae', from: '2026-01-01' }],
];

/** A company of one rep, who gets 8% of what is booked, and its comp-admin. */
export const oneRep = async (): Promise<{ api: TriedApi; admin: Login }> => {
  const api = await TriedApi.start();
  const admin = await api.login({ user: 'dana', role: 'comp-admin' });
  await admin.record(FACTS);
  return { api, admin };
};
