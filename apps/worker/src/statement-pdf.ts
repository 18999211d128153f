import { existsSync } from 'node:fs';
import path from 'node:path';
import PDFDocument from 'pdfkit';
import {
  amountColumns,
  statementSections,
  type Statement,
  type StatementSection,
} from '#statements';

const MARGIN = 50;
const SIZE = 9;
const GAP = 10;
const WIDEST_COLUMN = 190;
const NARROWEST = 40;
const NARROWEST_LAST = 120;
const FOOT = 20;
const GREY = '#777777';
// The same statement is the same file, whenever it is written.
const WRITTEN = new Date(0);

type Pdf = PDFKit.PDFDocument;

// The fonts stand beside the sources, and beside what they are compiled to.
const fontsFolder = (): string => {
  let folder = import.meta.dirname;
  while (!existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder);
  return path.join(folder, 'fonts');
};

const FONTS = { plain: 'DejaVuSansCondensed.ttf', bold: 'DejaVuSansCondensed-Bold.ttf' } as const;

/** Text as it can be printed: whatever controls a line or its direction is a space. */
export const printable = (text: string): string =>
  text.normalize('NFC').replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');

const widthsOf = (pdf: Pdf, rows: StatementSection['rows'], isAmount: readonly boolean[]) => {
  const [first = []] = rows;
  // A hair more than the text, so that what just fits is not broken.
  const widest = first.map(
    (_, i) => Math.max(...rows.map((row) => pdf.widthOfString(printable(row[i] ?? '')))) + 1 + GAP,
  );
  const page = pdf.page.width - 2 * MARGIN;
  const widths = (most: number): number[] =>
    widest.slice(0, -1).map((width) => Math.min(width, most));
  const sum = (found: readonly number[]): number => found.reduce((all, width) => all + width, 0);
  // The widest columns give way to the last one, and break their text.
  let most = WIDEST_COLUMN;
  while (most > NARROWEST && sum(widths(most)) > page - NARROWEST_LAST) most -= GAP;
  const before = widths(most);
  const left = page - sum(before);
  return [...before, isAmount.at(-1) ? Math.min(left, widest.at(-1) as number) : left];
};

interface Columns {
  readonly widths: readonly number[];
  readonly isAmount: readonly boolean[];
}

const drawRow = (pdf: Pdf, { widths, isAmount }: Columns, cells: readonly string[]): void => {
  const texts = cells.map(printable);
  const boxes = widths.map((width, i) => ({
    width: width - GAP,
    align: isAmount[i] ? ('right' as const) : ('left' as const),
  }));
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

const drawRule = (pdf: Pdf, y: number): void => {
  pdf
    .moveTo(MARGIN, y)
    .lineTo(pdf.page.width - MARGIN, y)
    .lineWidth(0.5)
    .stroke(GREY);
};

const drawSection = (pdf: Pdf, { title, rows }: StatementSection): void => {
  // A title stands with a row of its own at least.
  if (pdf.y > pdf.page.height - MARGIN - FOOT - 6 * SIZE) pdf.addPage();
  pdf
    .moveDown(1.2)
    .font('bold')
    .fontSize(SIZE + 1)
    .text(printable(title), MARGIN);
  drawRule(pdf, pdf.y + 1);
  pdf.y += 5;
  pdf.font('plain').fontSize(SIZE);
  const isAmount = amountColumns(rows);
  const columns = { widths: widthsOf(pdf, rows, isAmount), isAmount };
  for (const cells of rows) drawRow(pdf, columns, cells);
};

// On every page: whose it is, which one of how many, and what names the content.
const drawFeet = (pdf: Pdf, words: string): void => {
  const { start, count } = pdf.bufferedPageRange();
  for (let page = start; page < start + count; page += 1) {
    pdf.switchToPage(page);
    // Below the margin nothing may flow on to another page.
    pdf.page.margins.bottom = 0;
    const [y, width] = [pdf.page.height - MARGIN, pdf.page.width - 2 * MARGIN];
    pdf
      .font('plain')
      .fontSize(SIZE - 2)
      .fillColor(GREY)
      .text(words, MARGIN, y, { lineBreak: false })
      .text(`page ${page + 1} of ${count}`, MARGIN, y, { width, align: 'right' });
  }
};

const drawHead = (pdf: Pdf, { payee, name, period, position }: Statement): void => {
  pdf
    .font('bold')
    .fontSize(15)
    .text(printable(`Statement of ${name || payee}`));
  pdf
    .font('plain')
    .fontSize(SIZE)
    .fillColor(GREY)
    .text(printable(`${payee}, ${period}, at log position ${position}`))
    .fillColor('black');
};

/**
 * A statement as a PDF; `hash` names its content. The same statement gives the same bytes. Letters
 * are those of DejaVu: Latin, Greek, Cyrillic and many more; what it lacks is an empty box.
 */
export const statementPdf = async (statement: Statement, hash: string): Promise<Buffer> => {
  const { payee, period } = statement;
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
  for (const [name, file] of Object.entries(FONTS))
    pdf.registerFont(name, path.join(fontsFolder(), file));
  drawHead(pdf, statement);
  for (const section of statementSections(statement)) drawSection(pdf, section);
  drawFeet(pdf, printable(`${payee} ${period}, content sha256 ${hash}`));
  pdf.end();
  await done;
  return Buffer.concat(chunks);
};
