import fc from 'fast-check';
import { canonicalJson } from '#kernel';
import { readStep } from './item.js';
import { jsonItem } from './json-line.js';
import { LineForms } from './line-form.js';

const DEAL = {
  'book-deal': {
    id: 'd1',
    bookedOn: '2026-01-31',
    account: 'a1',
    currency: 'USD',
    lines: [
      { id: 'l1', amount: '1250.50', quantity: 3, attributes: { z: 'x', a: true, '10': 7 } },
      { id: 'l2', amount: 12 },
    ],
    team: [
      { share: '60%', payee: 'p1' },
      { share: '2/5', payee: 'p2' },
    ],
  },
};
const STEPS: readonly object[] = [
  DEAL,
  { recorded: '2026-02-01T09:00:00Z', ...DEAL, by: 'dana' },
  { 'book-deal': { id: 'd', account: 'a', bookedOn: '2026-01-31', currency: 'USD', amount: '1' } },
  { 'amend-deal': { deal: 'd1', on: '2026-02-01', amount: '10.00', reason: 'less of it' } },
  { 'add-payee': { id: 'p1', name: 'Ada', currency: 'EUR', hiredOn: '2025-01-01' } },
  { 'assign-plan': { payee: 'p1', plan: 'plan', from: '2026-01-01', to: '2026-02-28' } },
  { 'record-payment': { deal: 'd1', id: 'i1', on: '2026-03-01', amount: 100 } },
  {
    'publish-plan': {
      id: 'plan',
      currency: 'USD',
      from: '2026-01-01',
      components: [
        {
          id: 'c',
          type: 'commission',
          window: 'quarter',
          rate: '8%',
          measure: { value: 'amount' },
        },
      ],
    },
  },
];

/** What reading a line by itself, with care, comes to. */
const withCare = (text: string) => {
  const item = jsonItem({ line: 1, text });
  const step = item.faults ?? readStep(item.step);
  return 'type' in step ? step : undefined;
};

/** Reads lines one after the other; how many of them by a form. Throws where that says anything else. */
const readAll = (lines: readonly string[]): number => {
  const forms = new LineForms();
  let known = 0;
  for (const text of lines) {
    const [careful, quick] = [withCare(text), forms.read(text)];
    if (quick) {
      known += 1;
      expect(quick).toEqual({ ...careful, json: canonicalJson(careful?.data) });
    } else if (careful) forms.learn(text, careful);
  }
  return known;
};

// Texts that name no field, and whole numbers.
const SCALAR = /("(?:[^"\\]|\\.)*"\s*:)|"(?:[^"\\]|\\.)*"|\b\d+\b/g;

const scalarsOf = (text: string): string[] =>
  [...text.matchAll(SCALAR)].filter(([, name]) => name === undefined).map(([found]) => found);

const withScalar = (text: string, nth: number, value: string): string => {
  let left = nth;
  return text.replace(SCALAR, (found, name) =>
    name !== undefined || left-- !== 0 ? found : value,
  );
};

// Some of these are valid at some places, most are not.
const VALUES = [
  ...['"d2"', '"2026-03-31"', '"EUR"', '"0.50"', '"40%"', '5', '-12', 'true', 'null', '{}'],
  ...[
    '"2026-02-30"',
    '" d"',
    '""',
    '"tab\tin"',
    '"attributes.x\u0001"',
    '"l\\u0031"',
    '"\u00e9\u{1f600}"',
  ],
  ...['-0', '007', '1.5', '1e3', '12345678901234567', '9007199254740991', '123456789012345', '-5'],
];
const SIGNS = ['', ' ', '"', '\\', ',', '{', '}', ':', '-', '\t', '\u00e9', '"id":"x",'];

// The same line with another value, perhaps one of its own, or with a sign too many or too few.
const changed = (text: string) => {
  const own = scalarsOf(text);
  const value = fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...own) },
    fc.constantFrom(...VALUES),
    fc.string({ unit: 'grapheme', maxLength: 8 }).map((found) => JSON.stringify(found)),
  );
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .tuple(fc.nat(own.length - 1), value)
        .map(([nth, other]) => withScalar(text, nth, other)),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.nat(text.length), fc.nat(1), fc.constantFrom(...SIGNS))
        .map(([place, cut, sign]) => text.slice(0, place) + sign + text.slice(place + cut)),
    },
  );
};
const spaced = (step: object): string => JSON.stringify(step, null, 1).replaceAll('\n', '');
const files = fc
  .constantFrom(...STEPS.map((step) => JSON.stringify(step)), ...STEPS.map(spaced))
  .chain((text) => {
    const line = fc.oneof(fc.constant(text), changed(text), changed(text).chain(changed));
    return fc.array(line, { minLength: 20, maxLength: 50 }).map((others) => [text, ...others]);
  });

describe('a line of the form of one before', () => {
  it('states what it would state by itself, or is left to be read with care', () => {
    fc.assert(
      fc.property(files, (texts) => void readAll(texts)),
      { numRuns: 200 },
    );
  });

  it('is known by it, with other texts and whole numbers, however its fields stand', () => {
    for (const step of STEPS) {
      const text = JSON.stringify(step);
      expect([text, readAll([text, text, text.replaceAll('d1"', 'd2"'), text])]).toEqual([text, 3]);
    }
  });

  it('is known among many others, and where lines of several forms come in turn', () => {
    const turns = Array.from({ length: 50 }, () =>
      STEPS.map((step) => JSON.stringify(step)),
    ).flat();
    expect(readAll(turns)).toBe(49 * STEPS.length);
  });

  it('is read with care where something is wrong with it', () => {
    const forms = new LineForms();
    const text = JSON.stringify(DEAL);
    forms.learn(text, readStep(DEAL) as never);
    expect(forms.read(text)?.type).toBe('book-deal');
    for (const [from, to] of [
      ['2026-01-31', '2026-01-32'],
      ['"60%"', '"160%"'],
      ['"p2"', '"p1"'],
      ['"l2"', '"l1"'],
      ['"d1"', '"d\\u0031"'],
      ['"d1"', '"d\t1"'],
      [':12}', ':12.0}'],
      [':12}', ':-0}'],
      ['"account"', '"acount"'],
    ] as const) {
      expect(text).toContain(from);
      expect([to, forms.read(text.replace(from, to))]).toEqual([to, undefined]);
    }
  });

  it('is not learned for ever where every line has another form', () => {
    const other = (n: number): string =>
      JSON.stringify({
        'add-payee': {
          id: 'p',
          name: 'P',
          currency: 'USD',
          hiredOn: '2026-01-01',
          attributes: { [`a${n}`]: 'x' },
        },
      });
    const forms = new LineForms();
    const learn = (n: number): void =>
      forms.learn(other(n), readStep(JSON.parse(other(n))) as never);
    learn(0);
    expect(forms.read(other(0))).toBeDefined();
    for (let n = 1; n < 500; n += 1) learn(n);
    expect(forms.read(other(499))).toBeUndefined();
    expect(forms.read(other(100))).toBeDefined();
  });
});
