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

// Uncompressed, so that its words can be read: each run of letters stands in hexadecimal.
const words = (pdf: Buffer): string =>
  [...pdf.toString('latin1').matchAll(/<([0-9a-f]+)>/g)]
    .map(([, hex]) => Buffer.from(hex as string, 'hex').toString('latin1'))
    .join('');

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
    ['Zoë Müller, 5 €', 'Zoë Müller, 5 €'],
    ['Łukasz Dvořák', 'Lukasz Dvorák'],
    ['−5 → 3', '-5 -> 3'],
    ['田中\u0007', '???'],
  ])('prints %j as %j', (given, expected) => expect(printable(given)).toBe(expected));
});
