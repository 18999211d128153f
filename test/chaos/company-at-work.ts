import { planOf } from '#testing';
import { Refusal } from '#kernel';
import type { OpenCompany } from '../../apps/worker/src/company.js';

const MONTHS = ['01', '02', '03', '04', '05', '06', '07', '08'];
/** The payees of the company. */
export const PAYEES = ['ana', 'bob', 'cyd', 'mel'] as const;

type Random = (below: number) => number;
type Fact = readonly [type: string, data: object, by?: string, role?: string];

const TIERS = {
  by: 'attainment',
  apply: 'retroactive',
  steps: [
    { from: '0', rate: '5%' },
    { from: '1', rate: '8.25%' },
  ],
};

const FOUNDATION: readonly Fact[] = [
  ['define-calendar', { start: '2026-01-01' }],
  ['add-payee', { id: 'mel', name: 'Mel', hiredOn: '2025-01-01', currency: 'USD' }],
  ...['ana', 'bob', 'cyd'].map((id): Fact => [
    'add-payee',
    { id, name: id, hiredOn: '2025-01-01', currency: 'USD', manager: 'mel' },
  ]),
  ['publish-plan', planOf({ id: 'bookings', type: 'commission', window: 'quarter', tiers: TIERS })],
  ...PAYEES.flatMap((payee): Fact[] => [
    ['assign-plan', { payee, plan: 'ae', from: '2026-01-01' }],
    ['assign-quota', { payee, component: 'bookings', period: 'FY2026-Q1', amount: '9000' }],
  ]),
];

/** A company in which everything goes on at once: late, back-dated and corrected facts, closings, payouts. */
export class CompanyAtWork {
  private deals = 0;
  private closed = 0;
  private payouts = 0;

  constructor(
    private readonly company: OpenCompany,
    private readonly random: Random,
  ) {}

  async found(): Promise<void> {
    for (const fact of FOUNDATION) await this.say(fact);
    for (let n = 0; n < 20; n += 1) await this.say(this.booking());
  }

  /** One more thing happens; what the rules do not allow just now does not. */
  async goOn(): Promise<void> {
    const kind = this.random(100);
    if (kind < 50) return this.say(this.booking());
    if (kind < 80) return this.say(this.correction());
    if (kind < 92) return this.say(this.change());
    if (kind < 95) return this.close();
    return this.payOut();
  }

  private async say([type, data, by = 'dora', role]: Fact): Promise<void> {
    try {
      await this.company.execute({ type, data, by, ...(role && { role }) });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }

  private one<T>(values: readonly T[]): T {
    return values[this.random(values.length)] as T;
  }

  private get day(): string {
    return `2026-${this.one(MONTHS)}-${10 + this.random(19)}`;
  }

  private get amount(): string {
    return `${this.random(9000)}.${10 + this.random(90)}`;
  }

  private booking(): Fact {
    const { day: bookedOn, amount } = this;
    const [payee, other] = this.one([
      ['ana', 'bob'],
      ['bob', 'cyd'],
      ['cyd', 'ana'],
    ] as const);
    const team = this.one([
      [{ payee, share: '1' }],
      [
        { payee, share: '2/3' },
        { payee: other, share: '1/3' },
      ],
    ]);
    const id = `d${(this.deals += 1)}`;
    return ['book-deal', { id, account: 'acme', bookedOn, amount, currency: 'USD', team }];
  }

  private correction(): Fact {
    const { day, amount } = this;
    const deal = `d${1 + this.random(this.deals)}`;
    return this.one<Fact>([
      ['amend-deal', { deal, on: day, amount }],
      ['correct-deal', { deal, amount, reason: 'typo' }],
      ['correct-deal', { deal, bookedOn: day, reason: 'wrong day' }],
      ['cancel-deal', { deal, on: day }],
    ]);
  }

  private change(): Fact {
    const { day, amount } = this;
    const payee = this.one(PAYEES);
    const period = `FY2026-M${this.one(MONTHS)}`;
    return this.one<Fact>([
      ['assign-quota', { payee, component: 'bookings', period: 'FY2026-Q1', amount }],
      ['change-payee', { payee, on: day, manager: payee === 'bob' ? 'ana' : 'bob' }],
      ['adjust-earnings', { id: `e${this.deals}`, payee, period, amount, reason: 'agreed' }],
      ['issue-statement', { payee, period }],
    ]);
  }

  private async close(): Promise<void> {
    const month = MONTHS[this.closed];
    if (month === undefined) return;
    this.closed += 1;
    await this.say(['close-period', { period: `FY2026-M${month}` }]);
  }

  private async payOut(): Promise<void> {
    const id = `p${(this.payouts += 1)}`;
    await this.say(['draft-payout', { id, through: `FY2026-M${this.one(MONTHS)}` }]);
    await this.say(['submit-payout', { payout: id }]);
    if (this.random(4) === 0)
      return this.say(['reject-payout', { payout: id, reason: 'no' }, 'eva', 'approver']);
    await this.say(['approve-payout', { payout: id }, 'eva', 'approver']);
    if (this.random(3) > 0) await this.say(['confirm-payout', { payout: id }]);
  }
}
