import { canonicalJson } from '#kernel';
import { decideCommand, World } from '#scenarios';
import { readStep, type ReadStep } from '../item.js';
import { demoCompany } from './company.js';
import { PEOPLE } from './people.js';
import { Chance } from './random.js';

const read = (): ReadStep[] =>
  demoCompany().map((step) => {
    const found = readStep(step);
    if (Array.isArray(found)) throw new Error(JSON.stringify([step, found]));
    return found;
  });

describe('the demo company', () => {
  const steps = read();
  const count = (type: string): number => steps.filter((step) => step.type === type).length;

  it('is the same every time', () => {
    expect(canonicalJson(read())).toBe(canonicalJson(steps));
    const chance = new Chance(1);
    expect([chance.below(1000), chance.below(1000), chance.below(1000)]).toEqual([627, 2, 527]);
  });

  it('has sixty payees under three levels of managers, in three currencies', () => {
    expect(PEOPLE).toHaveLength(60);
    expect(new Set(PEOPLE.map(({ id }) => id)).size).toBe(60);
    const above = (id: string): number => {
      const manager = PEOPLE.find((person) => person.id === id)?.manager;
      return manager === undefined ? 0 : 1 + above(manager);
    };
    expect(Math.max(...PEOPLE.map(({ id }) => above(id)))).toBe(3);
    const currencies = steps
      .filter(({ type }) => type === 'add-payee')
      .map(({ data }) => (data as { currency: string }).currency);
    expect([...new Set(currencies)].sort()).toEqual(['EUR', 'JPY', 'USD']);
  });

  it('has five quarters of deals, changes to them, moves, holdovers and two versions of a plan', () => {
    expect(count('book-deal')).toBe(5000);
    expect(count('amend-deal')).toBeGreaterThan(100);
    expect(count('cancel-deal')).toBeGreaterThan(50);
    expect(count('correct-deal')).toBeGreaterThan(5);
    expect(count('close-period')).toBe(14);
    expect(
      steps.filter(({ type, data }) => type === 'move-account' && 'holdover' in data),
    ).toHaveLength(2);
    expect(
      steps.filter(
        ({ type, data }) => type === 'publish-plan' && (data as { id: string }).id === 'seller',
      ),
    ).toHaveLength(2);
    expect([count('confirm-payout'), count('submit-payout')]).toEqual([1, 2]);
  });

  it('is accepted, fact for fact, in the order in which it became known', () => {
    const world = new World(decideCommand);
    for (const step of steps) {
      if (!step.type.endsWith('-payout')) world.execute({ kind: 'command', ...step });
    }
    expect(world.recorded).toBe('2026-04-02T08:00:00Z');
  });
});
