import { FiscalCalendar } from './calendar.js';
import { addMonths, compareInstants, dayOf, formatDay, isInstant, parseDay } from './dates.js';

const span = (calendar: FiscalCalendar, name: string): string => {
  const { first, last } = calendar.period(name);
  return `${formatDay(calendar.startOf(first))} to ${formatDay(calendar.endOf(last))}`;
};

describe('a fiscal calendar', () => {
  it.each([
    ['2026-01-01', 'FY2026', '2026-01-01 to 2026-12-31'],
    ['2026-01-01', 'FY2026-H2', '2026-07-01 to 2026-12-31'],
    ['2026-01-01', 'FY2026-Q1', '2026-01-01 to 2026-03-31'],
    ['2026-01-01', 'FY2025-M12', '2025-12-01 to 2025-12-31'],
    ['2025-02-01', 'FY2026', '2025-02-01 to 2026-01-31'],
    ['2025-02-01', 'FY2026-M01', '2025-02-01 to 2025-02-28'],
    ['2025-07-01', 'FY2026-Q3', '2026-01-01 to 2026-03-31'],
    ['2025-01-31', 'FY2026-M02', '2025-02-28 to 2025-03-30'],
  ])('that begins on %s has %s from %s', (start, name, expected) =>
    expect(span(new FiscalCalendar({ start }), name)).toBe(expected),
  );

  it.each([
    ['4-4-5', ['2026-01-01', '2026-01-29', '2026-02-26', '2026-04-02']],
    ['4-5-4', ['2026-01-01', '2026-01-29', '2026-03-05', '2026-04-02']],
    ['5-4-4', ['2026-01-01', '2026-02-05', '2026-03-05', '2026-04-02']],
  ] as const)('of weeks %s begins its months on %s', (pattern, starts) => {
    const calendar = new FiscalCalendar({ start: '2026-01-01', pattern });
    expect([0, 1, 2, 3].map((month) => formatDay(calendar.startOf(month)))).toEqual(starts);
    // The twelfth month lasts until the day before the anniversary.
    expect(formatDay(calendar.endOf(11))).toBe('2026-12-31');
    expect(formatDay(calendar.startOf(12))).toBe('2027-01-01');
  });

  it('with listed months runs on by calendar months at both ends', () => {
    const months = Array.from({ length: 12 }, (_, i) => formatDay(dayOf('2011-05-31') + i * 30));
    const calendar = new FiscalCalendar({ months: [...months, '2012-05-30'] });
    expect(span(calendar, 'FY2012')).toBe('2011-05-31 to 2012-05-29');
    expect(formatDay(calendar.startOf(13))).toBe('2012-06-30');
    expect(formatDay(calendar.startOf(-1))).toBe('2011-04-30');
  });

  it('finds the month of every day of ten years, and names it back', () => {
    const calendar = new FiscalCalendar({ start: '2025-02-01', pattern: '4-4-5' });
    for (let day = dayOf('2021-01-01'); day < dayOf('2031-01-01'); day += 1) {
      const month = calendar.monthOf(day);
      expect(calendar.startOf(month) <= day && day <= calendar.endOf(month)).toBe(true);
      expect(calendar.period(calendar.monthName(month)).first).toBe(month);
    }
  });

  it.each(['FY2026-Q5', 'FY2026-M13', 'FY2026-M1', '2026-Q1', 'FY26', 'FY2026-H0', ''])(
    'does not know %s',
    (name) => expect(new FiscalCalendar({ start: '2026-01-01' }).parse(name)).toBeUndefined(),
  );
});

describe('dates', () => {
  it.each(['2026-02-29', '2026-13-01', '2026-00-10', '2026-1-1', '26-01-01', '2026-01-32', ''])(
    'there is no %s',
    (text) => expect(parseDay(text)).toBeUndefined(),
  );
  it('knows leap years', () => expect(formatDay(dayOf('2024-02-29') + 1)).toBe('2024-03-01'));
  it('a month after the last of January is the last of February', () =>
    expect(formatDay(addMonths(dayOf('2026-01-31'), 1))).toBe('2026-02-28'));
  it('instants have a day that exists, in UTC', () => {
    expect(isInstant('2026-01-31T09:00:00Z')).toBe(true);
    expect(isInstant('2026-02-30T09:00:00Z')).toBe(false);
    expect(isInstant('2026-01-31T25:00:00Z')).toBe(false);
    expect(isInstant('2026-01-31T09:00:00+01:00')).toBe(false);
  });
  it('instants are ordered whatever their decimals', () => {
    expect(compareInstants('2026-01-31T09:00:00Z', '2026-01-31T09:00:00.000Z')).toBe(0);
    expect(compareInstants('2026-01-31T09:00:00.5Z', '2026-01-31T09:00:00.25Z')).toBe(1);
  });
});
