import PDFDocument from 'pdfkit';
import { statementSections, type Statement, type StatementSection } from '#statements';

const MARGIN = 50;
const SIZE = 9;
const GAP = 10;
const WIDEST_COLUMN = 190;
const FOOT = 20;
// The same statement is the same file, whenever it is written.
const WRITTEN = new Date(0);

type Pdf = PDFKit.PDFDocument;

// The built-in fonts know Western European letters only: others lose their accents, or become a question mark.
const UNKNOWN = /[^\x20-\x7e\xa0-\xff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/gu;
const PLAIN: Readonly<Record<string, string>> = {
  '−': '-',
  '→': '->',
  '×': 'x',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ı: 'i',
};

/** Text in the letters that the fonts of a PDF have. */
export const printable = (text: string): string =>
  text.normalize('NFC').replaceAll(UNKNOWN, (letter) => {
    const base = PLAIN[letter] ?? letter.normalize('NFKD').replaceAll(/\p{M}/gu, '');
    return base.replaceAll(UNKNOWN, '?');
  });

const widthsOf = (pdf: Pdf, rows: StatementSection['rows']): number[] => {
  const [first = []] = rows;
  const widths = first.map(
    (_, i) =>
      Math.min(
        WIDEST_COLUMN,
        Math.max(...rows.map((row) => pdf.widthOfString(printable(row[i] ?? '')))),
      ) + GAP,
  );
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width, 0);
  // The last column takes what is left, and its text as many lines as it needs.
  return [...widths.slice(0, -1), Math.max(pdf.page.width - 2 * MARGIN - before, 80)];
};

const drawRow = (pdf: Pdf, widths: readonly number[], cells: readonly string[]): void => {
  const texts = cells.map(printable);
  const boxes = widths.map((width) => ({ width: width - GAP }));
  const height = Math.max(...texts.map((text, i) => pdf.heightOfString(text || ' ', boxes[i])));
  if (pdf.y + height > pdf.page.height - MARGIN - FOOT) pdf.addPage();
  const { y } = pdf;
  let left = MARGIN;
  texts.forEach((text, i) => {
    pdf.text(text, left, y, boxes[i]);
    left += widths[i] as number;
  });
  pdf.y = y + height + 3;
};

const drawSection = (pdf: Pdf, { title, rows }: StatementSection): void => {
  if (pdf.y > pdf.page.height - MARGIN - FOOT - 4 * SIZE) pdf.addPage();
  pdf
    .moveDown()
    .font('Helvetica-Bold')
    .fontSize(SIZE + 1)
    .text(printable(title), MARGIN)
    .font('Helvetica')
    .fontSize(SIZE);
  const widths = widthsOf(pdf, rows);
  for (const cells of rows) drawRow(pdf, widths, cells);
};

// On every page: whose it is, which one of how many, and what names the content.
const drawFeet = (pdf: Pdf, words: string): void => {
  const { start, count } = pdf.bufferedPageRange();
  for (let page = start; page < start + count; page += 1) {
    pdf.switchToPage(page);
    // Below the margin nothing may flow on to another page.
    pdf.page.margins.bottom = 0;
    pdf
      .fontSize(SIZE - 2)
      .text(`${words}  -  page ${page + 1} of ${count}`, MARGIN, pdf.page.height - MARGIN, {
        lineBreak: false,
      });
  }
};

/** A statement as a PDF; `hash` names its content. The same statement gives the same bytes. */
export const statementPdf = async (statement: Statement, hash: string): Promise<Buffer> => {
  const { payee, name, period, position } = statement;
  const pdf = new PDFDocument({
    size: 'A4',
    margin: MARGIN,
    bufferPages: true,
    compress: false,
    info: {
      Title: printable(`Statement ${payee} ${period}`),
      Producer: 'Everycent',
      Creator: 'Everycent',
      CreationDate: WRITTEN,
    },
  });
  const chunks: Buffer[] = [];
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
  const done = new Promise((resolve) => pdf.on('end', resolve));
  pdf
    .font('Helvetica-Bold')
    .fontSize(14)
    .text(printable(`Statement of ${name || payee}`));
  pdf
    .font('Helvetica')
    .fontSize(SIZE)
    .text(printable(`${payee}, ${period}, at log position ${position}`));
  for (const section of statementSections(statement)) drawSection(pdf, section);
  drawFeet(pdf, printable(`${payee} ${period}, content sha256 ${hash}`));
  pdf.end();
  await done;
  return Buffer.concat(chunks);
};
