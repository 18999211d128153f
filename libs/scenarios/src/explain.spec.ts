import { runScenario } from './index.js';
import { readScenario } from './scenario.js';

const COMPANY = `
  - define-calendar: { start: 2026-01-01 }
  - add-payee: { id: ana, name: Ana, hiredOn: 2025-01-01, currency: USD }
  - publish-plan: { id: p, currency: USD, from: 2026-01-01, components: [ { id: c, type: commission, window: month, rate: "10%" } ] }
  - assign-plan: { payee: ana, plan: p, from: 2026-01-01 }
  - book-deal: { id: d1, account: acme, bookedOn: 2026-01-10, amount: "1000", currency: USD, team: [ { payee: ana, share: "100%" } ] }
  - close-period: { period: FY2026-M01 }
  - recorded: 2026-02-03T09:00:00Z
    correct-deal: { deal: d1, amount: "600", reason: Typed wrongly }
  - adjust-earnings: { id: x, payee: ana, component: c, period: FY2026-M01, amount: "7", reason: Promised }`;

const explained = (expect: string): string | undefined =>
  runScenario(readScenario(`scenario: One\nsteps:${COMPANY}\n  - expect: { ${expect} }`))
    .failures[0]?.explanation;

describe('what is expected of a closed month and is not so', () => {
  it('is explained by what changed of each deal, and by the facts that caused it', () =>
    expect(
      explained(
        'adjustments: [ { payee: ana, origin: FY2026-M01, period: FY2026-M02, amount: "1" } ]',
      ),
    ).toBe(
      [
        'c, no deal: 7.00 USD',
        'c, deal d1: -40.00 USD',
        '  because of DealCorrected of deal-d1, recorded 2026-02-03T09:00:00Z',
        '  because of EarningsAdjusted of earningsadjustment-x, recorded 2026-02-03T09:00:00Z',
      ].join('\n'),
    ));

  it('is explained, of a balance, by what came to it month by month', () =>
    expect(
      explained('balances: [ { payee: ana, account: owed, at: FY2026-M03, amount: "1" } ]'),
    ).toBe('FY2026-M02 33.00 USD (shortfall)'));

  it('is not explained where there is nothing', () =>
    expect(
      explained('balances: [ { payee: ana, account: draw, at: FY2026-M03, amount: "1" } ]'),
    ).toBeUndefined());
});
