import { civilDay, dayOf } from '#kernel';
import { dealSteps } from './deals.js';
import { peopleSteps } from './people.js';
import { planSteps } from './plans.js';
import { Chance } from './random.js';
import { fact, USERS, type DemoStep } from './step.js';
import { accountsOf, moveSteps, territorySteps } from './territories.js';

const SEED = 20250101;

// Each month is closed on the eighth of the next; the last of the five quarters is still open at its end.
const closings = (): DemoStep[] =>
  Array.from({ length: 14 }, (_, i) => {
    const [year, month] = [2025 + Math.floor(i / 12), 1 + (i % 12)];
    const period = `FY${year}-M${String(month).padStart(2, '0')}`;
    return fact(civilDay(year, month + 1, 8), 18, 'close-period', { period });
  });

const by = (user: string, step: DemoStep): DemoStep => ({ ...step, by: user });

// In the evening, when no facts come in: the year 2025 is paid; what the first two months of 2026 came to waits for somebody to approve it.
const payouts = (): DemoStep[] => {
  const [paid, waiting] = [dayOf('2026-01-12'), dayOf('2026-04-06')];
  const { drafts, approves } = USERS;
  return [
    by(drafts, fact(paid, 19, 'draft-payout', { id: 'PAY-2025', through: 'FY2025-M12' })),
    by(drafts, fact(paid, 20, 'submit-payout', { payout: 'PAY-2025' })),
    by(approves, fact(paid, 21, 'approve-payout', { payout: 'PAY-2025' })),
    by(approves, fact(paid, 22, 'confirm-payout', { payout: 'PAY-2025' })),
    by(drafts, fact(waiting, 9, 'draft-payout', { id: 'PAY-2026-02', through: 'FY2026-M02' })),
    by(drafts, fact(waiting, 10, 'submit-payout', { payout: 'PAY-2026-02' })),
  ];
};

/**
 * The demo company: sixty payees under three levels of managers, on three continents and in three
 * currencies, and fifteen months of their business, in the order in which it became known. It is
 * the same every time.
 */
export const demoCompany = (): DemoStep[] => {
  const chance = new Chance(SEED);
  const accounts = accountsOf(chance);
  const steps = [
    ...planSteps(chance),
    ...peopleSteps(),
    ...territorySteps(accounts),
    ...moveSteps(accounts),
    ...dealSteps(accounts, chance),
    ...closings(),
    ...payouts(),
  ];
  // Steps of one hour stay in the order in which they are made above.
  return steps
    .map((step, i) => ({ step, i }))
    .sort((a, b) =>
      a.step.recorded < b.step.recorded ? -1 : a.step.recorded > b.step.recorded ? 1 : a.i - b.i,
    )
    .map(({ step }) => step);
};
