import { BROKEN, RECORD_AT_MOST, type Line } from './rows.js';

/**
 * Cuts text into lines, chunk by chunk; empty ones are left out. A line longer than
 * `RECORD_AT_MOST` is given without its text and with a fault, and never kept in memory.
 */
export class LineReader {
  private text = '';
  private line = 1;
  private isTooLong = false;

  push(chunk: string): Line[] {
    const lines: Line[] = [];
    let at = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', at)) {
      this.take(this.text + chunk.slice(at, end), lines);
      at = end + 1;
      this.text = '';
      this.isTooLong = false;
      this.line += 1;
    }
    this.text += chunk.slice(at);
    if (this.text.length > RECORD_AT_MOST) {
      this.isTooLong = true;
      this.text = '';
    }
    return lines;
  }

  end(): Line[] {
    const lines: Line[] = [];
    this.take(this.text, lines);
    return lines;
  }

  private take(raw: string, lines: Line[]): void {
    const { line } = this;
    const text = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (this.isTooLong || text.length > RECORD_AT_MOST) {
      const message = `the line is longer than ${RECORD_AT_MOST} characters, the most that one may have`;
      lines.push({ line, text: '', fault: { column: 1, message } });
    } else if (text.includes('\0') || text.includes(BROKEN)) {
      lines.push({ line, text, fault: brokenAt(text) });
    } else if (text.trim() !== '') lines.push({ line, text });
  }
}

const brokenAt = (text: string): { column: number; message: string } => {
  const nul = text.indexOf('\0');
  if (nul >= 0) return { column: nul + 1, message: 'a NUL character, which text cannot hold' };
  const message = 'bytes that are not UTF-8 text; save the file in UTF-8';
  return { column: text.indexOf(BROKEN) + 1, message };
};
