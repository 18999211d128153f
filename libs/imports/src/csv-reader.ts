import { BROKEN, RECORD_AT_MOST, type Row, type RowFault } from './rows.js';

const QUOTE = 34;
const LF = 10;
const CR = 13;

/**
 * Where reading has to begin again: after the line on which a quote was opened and never closed.
 */
export interface Rewind {
  /** Characters from the beginning of the file. */
  readonly offset: number;
  /** The line that begins there. */
  readonly line: number;
}

// A record that is too long to be kept: followed to its end character by character, and forgotten.
interface Skipping {
  readonly line: number;
  readonly column: number;
  /** The line after its first, from which to read on if a quote turns out to be open for ever. */
  rewind: Rewind | undefined;
  inside: 'start' | 'plain' | 'quoted' | 'closing';
  isBroken: boolean;
}

type Scan =
  | { readonly is: 'row'; readonly cells: string[]; readonly end: number; readonly lines: number }
  | { readonly is: 'fault'; readonly fault: RowFault }
  | { readonly is: 'incomplete' };

const NEVER_CLOSED = 'this quote is never closed';

const isLineEnd = (code: number): boolean => code === LF || code === CR;

const linesIn = (text: string): number =>
  text.includes('\n') || text.includes('\r') ? text.split(/\r\n|\n|\r/).length - 1 : 0;

/**
 * The position after the line end at or after `from`; -1 if the text has none that is certainly
 * whole.
 */
const afterLineEnd = (text: string, from: number, isLast: boolean): number => {
  for (let i = from; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === LF) return i + 1;
    if (code !== CR) continue;
    if (i + 1 < text.length) return text.charCodeAt(i + 1) === LF ? i + 2 : i + 1;
    return isLast ? i + 1 : -1;
  }
  return -1;
};

/**
 * Reads CSV (RFC 4180, any line ends) from chunks of text, with the line and character of whatever
 * is wrong. A faulty record costs only itself: reading goes on at the line after its first. Memory
 * stays within `RECORD_AT_MOST`.
 */
export class CsvReader {
  private text = '';
  private line: number;
  /** Characters before `text`, from the beginning of the file. */
  private offset: number;
  private skipping: Skipping | undefined;
  private readonly delimiter: number;
  private ended = false;
  /** Set where the file has to be read again from there; nothing more is read by this reader. */
  rewind: Rewind | undefined;

  constructor(delimiter = ',', from: Rewind = { offset: 0, line: 1 }) {
    this.delimiter = delimiter.charCodeAt(0);
    this.offset = from.offset;
    this.line = from.line;
  }

  /** Takes the next piece of the file and gives the records that it completes. */
  push(chunk: string): Row[] {
    this.text += chunk;
    return this.drain();
  }

  /** The last records. */
  end(): Row[] {
    this.ended = true;
    return this.drain();
  }

  private drain(): Row[] {
    const rows: Row[] = [];
    let at = 0;
    while (at < this.text.length && !this.rewind) {
      const next = this.skipping ? this.skip(at, rows) : this.record(at, rows);
      if (next < 0) break;
      at = next;
    }
    if (this.ended && this.skipping) this.endSkipping(this.skipping, rows);
    this.text = this.text.slice(at);
    this.offset += at;
    return rows;
  }

  /** Reads one record and gives the position after it, or -1 if it is not complete yet. */
  private record(at: number, rows: Row[]): number {
    const scan = this.scan(at);
    if (scan.is === 'row') {
      const isBlank = scan.cells.length === 1 && scan.cells[0] === '';
      if (!isBlank) rows.push(this.checked(at, scan));
      this.line += scan.lines;
      return scan.end;
    }
    const next = scan.is === 'fault' ? afterLineEnd(this.text, at, this.ended) : -1;
    if (scan.is === 'fault' && (next >= 0 || this.ended)) {
      rows.push({ line: this.line, cells: [], fault: scan.fault });
      this.line += 1;
      return next < 0 ? this.text.length : next;
    }
    if (this.text.length - at <= RECORD_AT_MOST) return -1;
    const [line, column] = [this.line, this.cellAtLimit(at)];
    this.skipping = { line, column, rewind: undefined, inside: 'start', isBroken: false };
    return at;
  }

  private checked(at: number, { cells, end }: Extract<Scan, { is: 'row' }>): Row {
    const raw = this.text.slice(at, end);
    const [nul, broken] = [raw.indexOf('\0'), raw.indexOf(BROKEN)];
    if (nul < 0 && broken < 0) return { line: this.line, cells };
    const message =
      nul >= 0
        ? 'a NUL character, which text cannot hold'
        : 'bytes that are not UTF-8 text; save the file in UTF-8';
    return { line: this.line, cells, fault: { column: (nul >= 0 ? nul : broken) + 1, message } };
  }

  private scan(from: number): Scan {
    const { text, delimiter } = this;
    const cells: string[] = [];
    let lines = 0;
    for (let at = from; ;) {
      let end: number;
      if (text.charCodeAt(at) === QUOTE) {
        const close = this.closing(at);
        if (close < 0) return this.unclosed(from, at);
        const body = text.slice(at + 1, close);
        const cell = body.includes('"') ? body.replaceAll('""', '"') : body;
        lines += linesIn(cell);
        cells.push(cell);
        end = close + 1;
      } else {
        end = this.plainEnd(at);
        if (text.charCodeAt(end) === QUOTE) return this.strayQuote(from, end);
        cells.push(text.slice(at, end));
      }
      if (end >= text.length) {
        return this.ended ? { is: 'row', cells, end, lines: lines + 1 } : { is: 'incomplete' };
      }
      const code = text.charCodeAt(end);
      if (isLineEnd(code)) {
        const next = afterLineEnd(text, end, this.ended);
        return next < 0 ? { is: 'incomplete' } : { is: 'row', cells, end: next, lines: lines + 1 };
      }
      if (code !== delimiter) return this.afterQuote(from, end);
      at = end + 1;
    }
  }

  /** The quote that closes the one at `open`; -1 if there is none yet. */
  private closing(open: number): number {
    for (let at = open + 1; ;) {
      const quote = this.text.indexOf('"', at);
      if (quote < 0 || (quote + 1 >= this.text.length && !this.ended)) return -1;
      if (this.text.charCodeAt(quote + 1) !== QUOTE) return quote;
      at = quote + 2;
    }
  }

  private plainEnd(from: number): number {
    const { text, delimiter } = this;
    let at = from;
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === delimiter || code === LF || code === CR || code === QUOTE) break;
    }
    return at;
  }

  private unclosed(from: number, at: number): Scan {
    if (!this.ended) return { is: 'incomplete' };
    return this.fault(from, at, NEVER_CLOSED);
  }

  private strayQuote(from: number, at: number): Scan {
    const valid = 'put the whole cell in quotes and write each quote inside it twice';
    return this.fault(from, at, `a quote inside a cell that has none around it; ${valid}`);
  }

  private afterQuote(from: number, at: number): Scan {
    const found = JSON.stringify(this.text[at]);
    const message = `found ${found} after a closing quote; a quote inside a cell is written twice`;
    return this.fault(from, at, message);
  }

  private fault(from: number, at: number, message: string): Scan {
    const lineStart = Math.max(this.text.lastIndexOf('\n', at - 1) + 1, from);
    const lines = linesIn(this.text.slice(from, lineStart));
    const where = lines === 0 ? '' : ` (on line ${this.line + lines})`;
    return { is: 'fault', fault: { column: at - lineStart + 1, message: `${message}${where}` } };
  }

  // The character at which the cell begins that goes beyond the limit.
  private cellAtLimit(from: number): number {
    let cell = from;
    for (let at = from; at < this.text.length;) {
      cell = at;
      const isQuoted = this.text.charCodeAt(at) === QUOTE;
      const close = isQuoted ? this.closing(at) : this.plainEnd(at);
      if (close < 0) break;
      at = close + (isQuoted ? 2 : 1);
    }
    return cell - from + 1;
  }

  /** Follows a record that is too long; gives the position after what was seen of it. */
  private skip(from: number, rows: Row[]): number {
    const skipping = this.skipping as Skipping;
    for (let at = from; at < this.text.length; at += 1) {
      const code = this.text.charCodeAt(at);
      if (!isLineEnd(code)) {
        skipping.inside = this.after(skipping, code);
        if (skipping.isBroken && skipping.rewind) return this.giveUp(skipping, rows);
        continue;
      }
      const next = afterLineEnd(this.text, at, this.ended);
      if (next < 0) return at;
      this.line += 1;
      skipping.rewind ??= { offset: this.offset + next, line: this.line };
      if (skipping.inside !== 'quoted') {
        this.skipping = undefined;
        rows.push({ line: skipping.line, cells: [], fault: tooLong(skipping) });
        return next;
      }
      at = next - 1;
    }
    return this.text.length;
  }

  private after(skipping: Skipping, code: number): Skipping['inside'] {
    const { inside } = skipping;
    if (inside === 'quoted') return code === QUOTE ? 'closing' : 'quoted';
    if (inside === 'closing' && code === QUOTE) return 'quoted';
    if (code === this.delimiter) return 'start';
    if (inside === 'start' && code === QUOTE) return 'quoted';
    // What follows a closing quote shows that it was none: the cell cannot be told from its
    // surroundings.
    if (inside === 'closing') skipping.isBroken = true;
    return 'plain';
  }

  /** The quotes do not fit: what followed the record's first line was none of its own. */
  private giveUp({ line, column, rewind }: Skipping, rows: Row[]): number {
    this.skipping = undefined;
    rows.push({ line, cells: [], fault: { column, message: NEVER_CLOSED } });
    this.rewind = rewind;
    return this.text.length;
  }

  private endSkipping(skipping: Skipping, rows: Row[]): void {
    if (skipping.inside === 'quoted') {
      this.giveUp(skipping, rows);
      return;
    }
    this.skipping = undefined;
    rows.push({ line: skipping.line, cells: [], fault: tooLong(skipping) });
  }
}

const tooLong = ({ column }: Skipping): RowFault => ({
  column,
  message: `this cell makes the row longer than ${RECORD_AT_MOST} characters, the most that one may have`,
});
