import { listed, readStep } from './cli.js';
import { section, table } from './statement-text.js';

const OPTIONS = {
  by: { type: 'string' },
  reason: { type: 'string' },
  json: { type: 'boolean' },
} as const;
const TAKES = { approve: ['by', 'reason'], list: [] } as const;
const read = (...args: string[]) => readStep('payout', args, OPTIONS, TAKES);

describe('a step of a verb', () => {
  it('is read with its options and plain arguments, in any order', () => {
    expect(read('--by', 'ben', 'approve', 'nov', '--json')).toEqual({
      what: 'approve',
      values: { by: 'ben', json: true },
      rest: ['nov'],
    });
  });

  it('does not ignore an option that it has no use for', () => {
    expect(() => read('list', '--by', 'ben')).toThrow(
      '"payout list" does not take --by; valid: --json.',
    );
    expect(() => read('approve', '--bye', 'ben')).toThrow('did you mean "--by"?');
  });

  it('is one of those that there are', () => {
    expect(() => read()).toThrow('payout needs a step; valid: approve, list.');
    expect(() => read('aprove')).toThrow(
      'payout aprove: there is no such step (did you mean "approve"?); valid: approve, list.',
    );
  });
});

describe('what people read', () => {
  it('stands in columns, amounts at the right', () => {
    const rows = [
      ['ana', 'before', '9.00', 'paid'],
      ['quentin', 'before', '-1000.00', 'draft'],
    ];
    expect(table(rows)).toBe(
      ['ana      before      9.00  paid', 'quentin  before  -1000.00  draft', ''].join('\n'),
    );
    expect(section('Payees', [['ana', '1.00']])).toBe('\nPayees\n  ana  1.00\n');
    expect([table([]), section('None', [])]).toEqual(['', '']);
  });

  it('has lists in lines that a terminal shows whole', () => {
    const names = Array.from({ length: 20 }, (_, i) => `payout.step-${i}`);
    const lines = listed(names).split('\n');
    expect(lines.map((line) => line.length <= 116)).toEqual([true, true, true]);
    expect(lines.map((line) => line.trim()).join(' ')).toBe(names.join(', '));
  });
});
