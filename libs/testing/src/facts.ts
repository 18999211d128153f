/** A deal in USD that is one payee's alone, as `book-deal` takes it. */
export const ownDeal = (id: string, amount: string, bookedOn = '2026-01-10', payee = 'ana') => ({
  id,
  account: 'acme',
  bookedOn,
  amount,
  currency: 'USD',
  team: [{ payee, share: '1' }],
});

/** The plan `ae`, in USD and from 2026 on, of some components; as `publish-plan` takes it. */
export const planOf = (...components: readonly object[]) => ({
  id: 'ae',
  currency: 'USD',
  from: '2026-01-01',
  components,
});

/** A company of one rep before its first deal, as commands: ana is paid 10% of what is booked in a month. */
export const ONE_REP: readonly (readonly [type: string, data: object])[] = [
  ['define-calendar', { start: '2026-01-01' }],
  ['add-payee', { id: 'ana', name: 'Ana', hiredOn: '2025-01-01', currency: 'USD' }],
  ['publish-plan', planOf({ id: 'c', type: 'commission', window: 'month', rate: '0.1' })],
  ['assign-plan', { payee: 'ana', plan: 'ae', from: '2026-01-01' }],
];
