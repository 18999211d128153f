import type { Statement, StatementLine } from '#statements';
import { printable, statementPdf } from './statement-pdf.js';

const usd = (amount: string) => ({ amount, currency: 'USD' });

const line = (number: number): StatementLine => ({
  id: `FY2026-M01.c.${number}`,
  component: 'c',
  month: 'FY2026-M01',
  deal: `d${number}`,
  reason: `direct credit of deal d${number} on 2026-01-10, which has a reason as long as reasons may be, and goes on to another line`,
  amount: usd('10.00'),
  events: [number],
});

const statement = (lines: number): Statement => ({
  payee: 'ana',
  name: 'Ana Ruiz',
  period: 'FY2026-M01',
  position: 7,
  attainment: [
    {
      component: 'c',
      period: 'FY2026-Q1',
      measure: '400',
      quota: '1000',
      attainment: '0.400000',
      next: { by: 'attainment', from: '1', missing: '600.00', rate: '0.1' },
    },
  ],
  lines: Array.from({ length: lines }, (_, i) => line(i + 1)),
  earned: [usd('10.00')],
  adjustments: [],
  adjustedLater: [
    {
      component: 'c',
      origin: 'FY2026-M01',
      postedIn: 'FY2026-M02',
      adjusts: usd('10.00'),
      amount: usd('-2.00'),
      deals: [{ deal: 'd1', amount: '-2.00' }],
      causes: [9],
    },
  ],
  payable: [],
  balances: [],
  payouts: [],
  disputes: [{ dispute: 'q1', status: 'open', about: { deal: 'd1' }, claim: 'I sold more' }],
});

// Uncompressed, so that its words can be read: each font says which letter each of its glyphs is.
const words = (pdf: Buffer): string => {
  const text = pdf.toString('latin1');
  const objects = new Map(
    [...text.matchAll(/\n(\d+) 0 obj\n(.*?)\nendobj/gs)].map(([, id, body]) => [id, body ?? '']),
  );
  const lettersOf = (font: string): string[] => {
    const [, unicode] = /\/ToUnicode (\d+) 0 R/.exec(objects.get(font) ?? '') ?? [];
    const ranges = [...(objects.get(unicode) ?? '').matchAll(/> \[(.*?)\]/g)].map(([, of]) => of);
    return [...ranges.join(' ').matchAll(/<([0-9a-f ]*)>/g)].map(([, hex = '']) =>
      Buffer.from(hex.replaceAll(' ', ''), 'hex').swap16().toString('utf16le'),
    );
  };
  const fonts = new Map(
    [...text.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name, id = '']) => [name, lettersOf(id)]),
  );
  let letters: readonly string[] = [];
  let said = '';
  for (const [, font, hex = ''] of text.matchAll(/\/(F\d+) [\d.]+ Tf|<([0-9a-f]+)>/g)) {
    if (font !== undefined) letters = fonts.get(font) ?? [];
    else for (const glyph of hex.match(/.{4}/g) ?? []) said += letters[parseInt(glyph, 16)] ?? '';
  }
  return said;
};

describe('the PDF of a statement', () => {
  it('is the same file for the same statement', async () => {
    const pdf = await statementPdf(statement(3), 'abc');
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(await statementPdf(statement(3), 'abc')).toEqual(pdf);
    expect(await statementPdf(statement(4), 'abc')).not.toEqual(pdf);
  });

  it('says where he stands, what is next, what was adjusted and what is disputed', async () => {
    const said = words(await statementPdf(statement(1), 'abc'));
    for (const word of [
      'Ana Ruiz',
      '40%',
      'next from 100%: 10%; 600.00 missing',
      'goes on to another line',
      'FY2026-M01.c, adjusted',
      '-2.00 USD',
      'posted in FY2026-M02: deal d1 -2.00, because of events 9'.slice(0, 30),
      'I sold more',
      'content sha256 abc',
      'page 1 of 1',
    ])
      expect(said).toContain(word);
  });

  it('has as many pages as it needs, each with its foot', async () => {
    const said = words(await statementPdf(statement(120), 'abc'));
    const pages = Number(/page 1 of (\d+)/.exec(said)?.[1]);
    expect(pages).toBeGreaterThan(2);
    expect(said).toContain(`page ${pages} of ${pages}`);
    expect(said).toContain('FY2026-M01.c.120');
  });

  it.each([
    'Zoë Müller, 5 €',
    'Łukasz Dvořák',
    'Νίκος Παπαδόπουλος',
    'Ольга Ёлкина',
    'Đặng Thị Hoa',
    '−5 → 3',
  ])('has the letters of %s', async (name) => {
    const said = words(await statementPdf({ ...statement(1), name }, 'abc'));
    expect(said).toContain(`Statement of ${name}`);
  });

  it('lets no text break its line or turn its direction', () =>
    expect(printable('a\u0007b\nc\u202Ed')).toBe('a b c d'));
});
