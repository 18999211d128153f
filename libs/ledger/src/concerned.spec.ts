import { company, planOf, type StepOf } from '#testing';
import { inTeams, teamOf } from './concerned.js';

const payee = (id: string, manager?: string): StepOf => ({
  'add-payee': {
    id,
    name: id,
    hiredOn: '2025-01-01',
    currency: 'USD',
    ...(manager && { manager }),
  },
});
const assign = (id: string): StepOf => ({
  'assign-plan': { payee: id, plan: 'ae', from: '2026-01-01' },
});
const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `p${String(from + i).padStart(2, '0')}`);

// Zoe and below her Max go by what those below them earn; Mia manages, too, but has no such plan.
const steps: StepOf[] = [
  { 'define-calendar': { start: '2026-01-01' } },
  {
    'publish-plan': planOf({
      id: 'earned',
      type: 'override',
      measure: { value: 'earnings', of: ['sales'] },
      rate: '2%',
    }),
  },
  payee('zoe'),
  payee('max', 'zoe'),
  payee('mia', 'zoe'),
  ...numbers(1, 12).map((id) => payee(id, 'max')),
  payee('p13', 'mia'),
  ...numbers(14, 30).map((id) => payee(id)),
  assign('zoe'),
  assign('max'),
];

describe('payees who are calculated together', () => {
  const { book } = company(...steps);

  it('are those of whom an override asks, with the nearest who asks', () => {
    const ofMax = ['max', ...numbers(1, 12)];
    expect([teamOf(book, 'max'), teamOf(book, 'p07')]).toEqual([ofMax, ofMax]);
    expect(teamOf(book, 'zoe')).toEqual(['mia', 'p13', 'zoe']);
    expect(teamOf(book, 'p14')).toEqual(['p14']);
  });

  it('stay together, and come a few at a time otherwise', () => {
    expect(inTeams(book, book.payeeIds)).toEqual([
      ['max', ...numbers(1, 12)],
      ['mia', 'p13', 'zoe', ...numbers(14, 21)],
      numbers(22, 30),
    ]);
  });

  it('are only those who are asked for', () => {
    expect(inTeams(book, ['p01', 'p14', 'p02'])).toEqual([['p01', 'p02', 'p14']]);
    expect(inTeams(book, [])).toEqual([]);
  });
});
