import { readStep, type ReadStep } from './item.js';
import { jsonItem } from './json-line.js';
import { itemsOf, PageWriter } from './row-text.js';

const deal = (amount: unknown) => ({
  'book-deal': {
    id: 'd 1',
    account: 'a',
    bookedOn: '2026-01-31',
    currency: 'USD',
    amount,
    attributes: { note: 'tab\tand "quotes"\nand a line' },
  },
});

const LINES = [
  JSON.stringify(deal('1250.50')),
  JSON.stringify({ ...deal('1.00'), recorded: '2026-02-01T09:00:00Z', by: 'dana' }),
  JSON.stringify({ by: 'erin', 'add-payee': { id: 'p', name: 'P', currency: 'USD' } }),
  JSON.stringify(deal(1.5)),
  JSON.stringify({ 'book-deals': {} }),
  '{"book-deal": ',
  '[]',
];

describe('rows that another thread has read', () => {
  const items = itemsOf(
    new PageWriter().write(LINES.map((text, i) => ({ line: 3 * i + 1, text }))),
  );

  it('are what would have been read here, with the same lines', () => {
    LINES.forEach((text, i) => {
      const line = 3 * i + 1;
      const here = jsonItem({ line, text });
      const step = here.faults ?? readStep(here.step);
      const there = items[i];
      expect(there?.line).toBe(line);
      if (!('type' in step)) {
        expect(there?.faults).toEqual(step);
        expect(there?.row?.()).toEqual(here.row ? here.row() : here.step);
        return;
      }
      const { type, data, recorded, by, json } = there?.read as ReadStep;
      expect({ type, data, recorded, by }).toEqual(step);
      expect(JSON.parse(`${json}`)).toEqual(step.data);
    });
  });

  it('are all accounted for, those that are refused too', () => {
    expect(items.map(({ faults }) => faults?.[0]?.code)).toEqual([
      undefined,
      undefined,
      expect.any(String),
      'Malformed',
      'UnknownCommand',
      'Malformed',
      'Malformed',
    ]);
  });
});
