import PDFDocument from 'pdfkit';
import type { Money, Statement } from '#statements';

const MARGIN = 50;
const SIZE = 9;
const ROW = 13;
// The same statement is the same file, whenever it is written.
const WRITTEN = new Date(0);

type Cells = readonly string[];

const text = ({ amount, currency }: Money): string => `${amount} ${currency}`;

interface Table {
  readonly title: string;
  /** Where each column begins, in points from the margin. */
  readonly at: readonly number[];
  readonly rows: readonly Cells[];
}

const tablesOf = (statement: Statement): Table[] => [
  {
    title: 'Attainment',
    at: [0, 170, 280, 390],
    rows: statement.attainment.map(({ component, measure = '', quota, attainment }) =>
      [component, measure, quota === undefined ? 'no quota' : `of ${quota}`, attainment ?? '']),
  },
  {
    title: 'Earned',
    at: [0, 150, 245],
    rows: statement.lines.map(({ id, amount, reason }) => [id, text(amount), reason]),
  },
  { title: 'Total earned', at: [0], rows: statement.earned.map((amount) => [text(amount)]) },
  {
    title: 'Adjustments to earlier months',
    at: [0, 90, 200, 300],
    rows: statement.adjustments.map(({ origin, component, amount, causes }) =>
      [origin, component, text(amount), `events ${causes.join(', ')}`]),
  },
  {
    title: 'Payable',
    at: [0, 170],
    rows: statement.payable.map(({ period, amount }) => [period, text(amount)]),
  },
  {
    title: 'Balances at the end',
    at: [0, 170],
    rows: statement.balances.map(({ account, amount }) => [account, text(amount)]),
  },
  {
    title: 'Payouts',
    at: [0, 170, 280],
    rows: statement.payouts.map(({ payout, status, amount }) => [payout, status, text(amount)]),
  },
];

const drawRow = (pdf: PDFKit.PDFDocument, at: readonly number[], cells: Cells): void => {
  if (pdf.y + ROW > pdf.page.height - MARGIN) pdf.addPage();
  const { y } = pdf;
  cells.forEach((cell, i) => {
    const left = MARGIN + (at[i] as number);
    const right = at[i + 1] === undefined ? pdf.page.width - MARGIN : MARGIN + (at[i + 1] as number);
    pdf.text(cell, left, y, { width: right - left - 4, height: ROW, lineBreak: false, ellipsis: true });
  });
  pdf.y = y + ROW;
};

/** A statement as a PDF; `hash` names its content. The same statement gives the same bytes. */
export const statementPdf = async (statement: Statement, hash: string): Promise<Buffer> => {
  const { payee, name, period, position } = statement;
  const title = `Statement ${payee} ${period}`;
  const pdf = new PDFDocument({
    size: 'A4', margin: MARGIN, info: { Title: title, Producer: 'Everycent', Creator: 'Everycent', CreationDate: WRITTEN },
  });
  const chunks: Buffer[] = [];
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
  const done = new Promise((resolve) => pdf.on('end', resolve));
  pdf.font('Helvetica-Bold').fontSize(14).text(`Statement of ${name || payee}`);
  pdf.font('Helvetica').fontSize(SIZE).text(`${payee}, ${period}, at log position ${position}`);
  for (const { title: heading, at, rows } of tablesOf(statement)) {
    if (rows.length === 0) continue;
    pdf.moveDown().font('Helvetica-Bold').fontSize(SIZE + 1).text(heading, MARGIN).font('Helvetica').fontSize(SIZE);
    for (const cells of rows) drawRow(pdf, at, cells);
  }
  pdf.moveDown().fontSize(SIZE - 2).text(`content sha256 ${hash}`, MARGIN);
  pdf.end();
  await done;
  return Buffer.concat(chunks);
};
