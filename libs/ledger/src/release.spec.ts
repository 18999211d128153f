import fc from 'fast-check';
import { Exact } from '#kernel';
import { Book, type Fact } from '#crediting';
import { evaluate, type EarningsLine } from '#earnings';
import type { Component } from '#plans';
import { releaseOf } from './release.js';

const TYPES = {
  'define-calendar': ['calendar-company', 'CalendarDefined'],
  'book-deal': ['deal-', 'DealBooked'],
  'amend-deal': ['deal-', 'DealAmended'],
  'cancel-deal': ['deal-', 'DealCancelled'],
  'record-payment': ['deal-', 'PaymentRecorded'],
  'record-invoice': ['deal-', 'InvoiceRecorded'],
  'set-policy': ['policy-company', 'PolicySet'],
} as const;

type Step = readonly [keyof typeof TYPES, Record<string, unknown>];

const bookOf = (...steps: Step[]): Book => {
  const book = Book.empty();
  const all: Step[] = [['define-calendar', { start: '2026-01-01' }], ...steps];
  all.forEach(([command, data], i) => {
    const [stream, type] = TYPES[command];
    const id = stream.endsWith('-') ? String(data['deal'] ?? data['id']) : '';
    const fact: Fact = {
      position: i + 1,
      stream: `${stream}${id}`,
      recorded: '2026-01-01T00:00:00Z',
      by: 'admin',
      type,
      data,
    };
    book.record(fact);
  });
  return book;
};

const deal = (id: string, amount: string): Step => [
  'book-deal',
  { id, account: 'acme', bookedOn: '2026-01-10', currency: 'USD', amount },
];
const payment = (id: string, on: string, amount: string): Step => [
  'record-payment',
  { deal: id, id: `p-${on}`, on, amount },
];

const component = (terms: Partial<Component>): Component =>
  ({ id: 'sales', type: 'commission', ...terms }) as Component;

const line = (amount: number, more: Partial<EarningsLine> = {}): EarningsLine => ({
  month: 0,
  deal: 'd1',
  amount: BigInt(amount),
  positions: [],
  ...more,
});

/** What is newly released in each of the first months, by the terms of month 0. */
const monthly = (
  book: Book,
  terms: Partial<Component>,
  lines: EarningsLine[],
  months: number,
  origin = 0,
) => {
  const release = releaseOf(book, component(terms), origin, lines);
  return Array.from({ length: months }, (_, i) =>
    Number(release.through(origin + i) - release.through(origin + i - 1)),
  );
};

describe('pay is released', () => {
  const book = bookOf(deal('d1', '1000'), deal('d2', '500'));

  it('with the month in which it was earned, if nothing else is said', () =>
    expect(monthly(book, {}, [line(700), line(300, { deal: 'd2' })], 3)).toEqual([1000, 0, 0]));

  it('in equal parts, cumulatively rounded, where it is spread', () =>
    expect(monthly(book, { spread: { months: 3 } }, [line(1000)], 4)).toEqual([333, 334, 333, 0]));

  it('so many months after the month of earning', () =>
    expect(
      monthly(
        book,
        {
          release: [
            { on: 'booking', share: '0.75' },
            { on: { months: 2 }, share: '0.25' },
          ],
        },
        [line(1001)],
        4,
      ),
    ).toEqual([751, 0, 250, 0]));

  it('at the end of the window and of the year', () => {
    const release: Component['release'] = [
      { on: 'window-end', share: '0.5' },
      { on: 'year-end', share: '0.5' },
    ];
    expect(monthly(book, { release }, [line(100)], 12)).toEqual([
      0, 0, 50, 0, 0, 0, 0, 0, 0, 0, 0, 50,
    ]);
    expect(monthly(book, { release, window: 'half' }, [line(100)], 6)).toEqual([0, 0, 0, 0, 0, 50]);
    expect(monthly(book, { release, window: 'deal' }, [line(100)], 3)).toEqual([50, 0, 0]);
  });

  it('manual amounts at once', () =>
    expect(
      monthly(book, { spread: { months: 2 } }, [line(100), line(40, { what: 'manual' })], 2),
    ).toEqual([90, 50]));

  it('rounded once over all deals of the month where no receipts release', () =>
    expect(monthly(book, { spread: { months: 2 } }, [line(1), line(1, { deal: 'd2' })], 2)).toEqual(
      [1, 1],
    ));
});

describe('payments release', () => {
  const release: Component['release'] = [{ on: 'payment', share: '1' }];

  it('their part of the deal, cumulatively, each deal rounded by itself', () => {
    const book = bookOf(
      deal('d1', '300'),
      deal('d2', '300'),
      payment('d1', '2026-01-20', '100'),
      payment('d1', '2026-02-20', '100'),
      payment('d1', '2026-03-20', '100'),
      payment('d2', '2026-02-20', '150'),
    );
    const lines = [line(100), line(101, { deal: 'd2' })];
    expect(monthly(book, { release }, lines, 4)).toEqual([33, 34 + 51, 33, 0]);
  });

  it('at most all', () => {
    const book = bookOf(deal('d1', '300'), payment('d1', '2026-02-20', '900'));
    expect(monthly(book, { release }, [line(100)], 3)).toEqual([0, 100, 0]);
  });

  it('nothing when money goes back beyond what came', () => {
    const book = bookOf(
      deal('d1', '300'),
      payment('d1', '2026-01-20', '150'),
      payment('d1', '2026-02-20', '-300'),
    );
    expect(monthly(book, { release }, [line(100)], 3)).toEqual([50, -50, 0]);
  });

  it('what a negative deal earned, when it is paid back', () => {
    const book = bookOf(deal('d1', '-300'), payment('d1', '2026-02-20', '-150'));
    expect(monthly(book, { release }, [line(-100)], 3)).toEqual([0, -50, 0]);
  });

  it('by what the deal amounts to after its amendment', () => {
    const book = bookOf(
      deal('d1', '300'),
      payment('d1', '2026-01-20', '150'),
      ['amend-deal', { deal: 'd1', on: '2026-02-10', amount: '600' }],
      payment('d1', '2026-03-20', '450'),
    );
    expect(monthly(book, { release }, [line(100)], 3)).toEqual([50, -25, 75]);
  });

  it('nothing of pay without a deal, which waits for nothing', () =>
    expect(monthly(bookOf(), { release }, [line(100, { deal: undefined })], 2)).toEqual([100, 0]));

  it('rounded once on the sum of all tranches', () => {
    const book = bookOf(deal('d1', '300'), payment('d1', '2026-01-20', '150'));
    const both: Component['release'] = [
      { on: 'booking', share: '0.5' },
      { on: 'payment', share: '0.5' },
    ];
    expect(monthly(book, { release: both }, [line(101)], 1)).toEqual([76]);
  });

  it('half a cent to the even neighbour where the policy says so', () => {
    const steps: Step[] = [deal('d1', '200'), payment('d1', '2026-01-20', '100')];
    expect(monthly(bookOf(...steps), { release }, [line(5)], 1)).toEqual([3]);
    const even = bookOf(['set-policy', { rounding: 'half-even', from: 'FY2026-M01' }], ...steps);
    expect(monthly(even, { release }, [line(5)], 1)).toEqual([2]);
  });
});

describe('from its cancellation on a deal', () => {
  const book = bookOf(deal('d1', '1000'), ['cancel-deal', { deal: 'd1', on: '2026-02-10' }]);

  it('holds nothing back', () => {
    expect(monthly(book, { release: [{ on: 'payment', share: '1' }] }, [line(100)], 3)).toEqual([
      0, 100, 0,
    ]);
    expect(monthly(book, { spread: { months: 10 } }, [line(100)], 3)).toEqual([10, 90, 0]);
  });

  it('is recovered in equal parts from that month on', () => {
    const taken = [
      line(-100, { month: 1, cancellation: true }),
      line(40, { month: 1, deal: 'd2' }),
    ];
    expect(monthly(book, { clawback: { instalments: 3 } }, taken, 4, 1)).toEqual([
      40 - 33,
      -34,
      -33,
      0,
    ]);
  });

  it('is recovered from the month of cancellation also where it is as if never booked', () => {
    const undone = [line(100), line(-100, { cancellation: true })];
    expect(monthly(book, { clawback: { how: 'restate', instalments: 2 } }, undone, 4)).toEqual([
      100, -50, -50, 0,
    ]);
  });
});

describe('whatever the terms and the receipts', () => {
  const half = fc.integer({ min: 0, max: 100 }).map((n) => [`${n}%`, `${100 - n}%`] as const);
  const on = fc.constantFrom<NonNullable<Component['release']>[number]['on']>(
    'booking',
    'invoice',
    'payment',
    'window-end',
    'year-end',
    { months: 2 },
  );
  const released = fc.oneof(
    fc.integer({ min: 1, max: 14 }).map((months): Partial<Component> => ({ spread: { months } })),
    fc.tuple(half, on, on).map(([[first, second], a, b]): Partial<Component> => ({
      release: [
        { on: a, share: first },
        { on: b, share: second },
      ],
    })),
  );
  const receipts = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 400 })),
    { maxLength: 6 },
  );
  const amounts = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 3 });

  const setting = fc
    .tuple(released, receipts, amounts, fc.boolean())
    .map(([terms, money, paid, cancelled]) => {
      const book = bookOf(
        deal('d0', '1000'),
        deal('d1', '1000'),
        deal('d2', '1000'),
        ...money.flatMap(([month, amount], i): Step[] =>
          ['record-payment', 'record-invoice'].map((command) => [
            command as 'record-payment',
            {
              deal: `d${i % 3}`,
              id: `r${i}`,
              on: `2026-${String(month).padStart(2, '0')}-15`,
              amount: String(amount),
            },
          ]),
        ),
        ...(cancelled ? [['cancel-deal', { deal: 'd0', on: '2026-05-05' }] as Step] : []),
      );
      return { book, terms, lines: paid.map((amount, i) => line(amount, { deal: `d${i}` })) };
    });

  it('never more is released than was earned, and nothing is taken back', () =>
    fc.assert(
      fc.property(setting, ({ book, terms, lines }) => {
        const release = releaseOf(book, component(terms), 0, lines);
        let before = 0n;
        for (let month = 0; month < 16; month += 1) {
          const now = release.through(month);
          expect(now).toBeGreaterThanOrEqual(before);
          expect(now).toBeLessThanOrEqual(release.earned);
          expect(Exact.units(now, 2).toText()).toBe(evaluate(release.why(month, 2)).toText());
          before = now;
        }
      }),
      { numRuns: 200, seed: 20261125 },
    ));

  it('what is taken back is released like what was given', () =>
    fc.assert(
      fc.property(setting, ({ book, terms, lines }) => {
        const negative = lines.map((one) => ({ ...one, amount: -one.amount }));
        const [given, taken] = [lines, negative].map((of) =>
          releaseOf(book, component(terms), 0, of),
        );
        for (let month = 0; month < 16; month += 1) {
          expect(taken?.through(month)).toBe(-(given?.through(month) ?? 0n));
        }
      }),
      { numRuns: 100, seed: 20261125 },
    ));
});
