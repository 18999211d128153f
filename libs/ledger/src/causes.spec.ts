import { Book } from '#crediting';
import { company, ownDeal } from '#testing';
import { calculate } from './calculate.js';

const START = [
  { 'define-calendar': { start: '2026-01-01' } },
  ...['boss', 'ana', 'ben', 'out'].map((id) => ({
    'add-payee': {
      id,
      name: id,
      hiredOn: '2025-01-01',
      currency: 'USD',
      ...(['ana', 'ben'].includes(id) && { manager: 'boss' }),
    },
  })),
  {
    'publish-plan': {
      id: 'lead',
      currency: 'USD',
      from: '2026-01-01',
      components: [
        {
          id: 'team',
          type: 'bonus',
          measure: { who: 'team' },
          window: 'month',
          curve: {
            shape: 'linear',
            pays: 'amount',
            by: 'value',
            points: [
              { at: '0', pays: '0' },
              { at: '1000', pays: '100' },
            ],
          },
        },
      ],
    },
  },
  { 'assign-plan': { payee: 'ben', plan: 'lead', from: '2026-01-01' } },
];
const booked = (id: string, payee: string): Record<string, object> => ({
  'book-deal': ownDeal(id, '400', '2026-01-10', payee),
});
const moved = (deal: string, payee: string): Record<string, object> => ({
  'correct-deal': { deal, team: [{ payee, share: '1' }], reason: 'wrong' },
});

describe('the causes of an adjustment', () => {
  const { book } = company(
    ...START,
    booked('d1', 'ana'),
    booked('d2', 'out'),
    { 'close-period': { period: 'FY2026-M01' } },
    // Only the second one takes anything from the team, and leaves nothing that the bonus would rest on.
    moved('d2', 'boss'),
    moved('d1', 'out'),
    booked('d3', 'out'),
  );
  const causes = (known: Book): object[] =>
    calculate(known, { payees: ['ben'], through: 1 }).adjustments.map((row) => ({
      amount: row.amount,
      causes: row.causes.map((position) => factAt(position)),
    }));
  const factAt = (position: number): string | undefined =>
    ['d1', 'd2', 'd3']
      .flatMap((id) => book.facts(`deal-${id}`))
      .filter((fact) => fact.position === position)
      .map(({ stream, type }) => `${type} ${stream}`)[0];
  const expected = [{ amount: -4000n, causes: ['DealCorrected deal-d1'] }];

  it('are a deal of somebody in the team, where that alone took the pay away', () =>
    expect(causes(book)).toEqual(expected));

  it('are the same where the book knows no other deals, as where rows are calculated', () => {
    const reference = Book.empty();
    for (const category of ['calendar', 'payee', 'plan', 'assignment', 'period'])
      for (const id of book.idsOf(category))
        for (const fact of book.facts(`${category}-${id}`)) reference.record(fact);
    expect(causes(reference.withDeals(book.facts('deal-d1')))).toEqual(expected);
  });

  it('are no deal that would have been of the team only by what was learned of territories since', () => {
    const west = { 'define-territory': { id: 'west', name: 'West' } };
    const { book } = company(
      ...START,
      west,
      { 'move-account': { account: 'bolt', to: 'west', on: '2026-01-01' } },
      booked('d1', 'ana'),
      {
        'book-deal': {
          id: 'd2',
          account: 'bolt',
          bookedOn: '2026-01-10',
          amount: '400',
          currency: 'USD',
        },
      },
      { 'close-period': { period: 'FY2026-M01' } },
      { 'correct-deal': { deal: 'd2', account: 'elsewhere', reason: 'wrong' } },
      {
        'assign-territory': { territory: 'west', payee: 'ana', role: 'owner', from: '2026-01-01' },
      },
      moved('d1', 'out'),
    );
    const { adjustments } = calculate(book, { payees: ['ben'], through: 1 });
    const [, corrected] = book.facts('deal-d1');
    expect(adjustments.map(({ causes }) => causes)).toEqual([[corrected?.position]]);
  });

  describe('that several late facts make', () => {
    const quota = (amount: string): Record<string, object> => ({
      'assign-quota': { payee: 'ana', component: 'c', period: 'FY2026-M01', amount },
    });
    const plan = {
      id: 'p',
      currency: 'USD',
      from: '2026-01-01',
      components: [
        {
          id: 'c',
          type: 'commission',
          window: 'month',
          tiers: {
            by: 'attainment',
            apply: 'retroactive',
            steps: [
              { from: '0', rate: '0.05' },
              { from: '1', rate: '0.1' },
            ],
          },
        },
      ],
    };
    const assigned = { payee: 'ana', plan: 'p', from: '2026-01-01' };
    const before = [
      ...START,
      { 'publish-plan': plan },
      { 'assign-plan': assigned },
      quota('5000'),
      booked('d1', 'ana'),
      { 'close-period': { period: 'FY2026-M01' } },
    ];
    const late = before.length + 1;
    const found = (...facts: Record<string, object>[]): object[] => {
      const { book } = company(...before, ...facts);
      const { adjustments } = calculate(book, { payees: ['ana'], through: 1 });
      return adjustments.map(({ amount, causes }) => ({ amount, causes }));
    };

    it('are a late deal, and the late quota that changed the pay of another deal', () =>
      expect(found(booked('d2', 'ana'), quota('800'))).toEqual([
        { amount: 6000n, causes: [late, late + 1] },
      ]));

    it('are a late deal, and the late end of the assignment that took the pay of another deal', () =>
      expect(
        found(
          { 'book-deal': ownDeal('d2', '100', '2026-01-02', 'ana') },
          { 'assign-plan': { ...assigned, to: '2026-01-05' } },
        ),
      ).toEqual([{ amount: -1500n, causes: [late, late + 1] }]));

    it('are the late end of the assignment, though something was said of the account too', () =>
      expect(
        found(
          { 'register-account': { id: 'acme', name: 'Acme' } },
          { 'assign-plan': { ...assigned, to: '2026-01-05' } },
        ),
      ).toEqual([{ amount: -2000n, causes: [late, late + 1] }]));

    it('are a late deal alone where nothing else changed that the pay comes of', () =>
      expect(found(booked('d2', 'ana'), booked('d3', 'out'))).toEqual([
        { amount: 2000n, causes: [late] },
      ]));
  });
});
