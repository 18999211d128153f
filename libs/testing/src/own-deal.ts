/** A deal in USD that is one payee's alone, as `book-deal` takes it. */
export const ownDeal = (id: string, amount: string, bookedOn = '2026-01-10', payee = 'ana') => ({
  id,
  account: 'acme',
  bookedOn,
  amount,
  currency: 'USD',
  team: [{ payee, share: '1' }],
});
