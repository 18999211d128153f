import { StringDecoder } from 'node:string_decoder';

/** A file that is no text at all; the message says what it is and what would be valid. */
export class NotText extends Error {
  override readonly name = 'NotText';
}

const BYTE_ORDER_MARK = '\uFEFF';

const MARKS: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], 'an Excel workbook or another zip archive'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'an old Excel workbook'],
  [[0x1f, 0x8b], 'a gzip archive'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF'],
];

const startsWith = (bytes: Uint8Array, mark: readonly number[]): boolean =>
  bytes.length >= mark.length && mark.every((byte, i) => bytes[i] === byte);

// Files of a spreadsheet are often UTF-16, with or without a mark: every second byte of English is
// zero.
const encodingOf = (bytes: Uint8Array): string => {
  if (startsWith(bytes, [0xff, 0xfe])) return 'utf-16le';
  if (startsWith(bytes, [0xfe, 0xff])) return 'utf-16be';
  if (bytes.length < 4) return 'utf-8';
  const [a, b, c, d] = bytes;
  if (b === 0 && d === 0 && a !== 0 && c !== 0) return 'utf-16le';
  if (a === 0 && c === 0 && b !== 0 && d !== 0) return 'utf-16be';
  return 'utf-8';
};

/**
 * Turns a file's bytes into text, chunk by chunk: UTF-8 or UTF-16, with or without a byte order
 * mark. Bytes that are no text become `BROKEN`, so that only the rows which hold them are refused.
 * Throws `NotText` for a workbook or archive.
 */
export class TextReader {
  private decoder: { write(bytes: Uint8Array): string; end(): string } | undefined;
  private isBegun = false;

  push(bytes: Uint8Array): string {
    this.decoder ??= this.open(bytes);
    return this.decoder.write(bytes);
  }

  end(): string {
    return this.decoder?.end() ?? '';
  }

  private open(bytes: Uint8Array): NonNullable<TextReader['decoder']> {
    const found = MARKS.find(([mark]) => startsWith(bytes, mark));
    if (found) throw new NotText(`This is ${found[1]}; export it as CSV in UTF-8, or as NDJSON.`);
    const encoding = encodingOf(bytes);
    if (encoding === 'utf-8') {
      // Unlike the other one it gives text of one byte a character where that is enough: all that is made of it is
      // half as long.
      const decoder = new StringDecoder('utf8');
      return {
        write: (more) => this.unmarked(decoder.write(more)),
        end: () => this.unmarked(decoder.end()),
      };
    }
    const decoder = new TextDecoder(encoding);
    return { write: (more) => decoder.decode(more, { stream: true }), end: () => decoder.decode() };
  }

  private unmarked(text: string): string {
    if (this.isBegun || text === '') return text;
    this.isBegun = true;
    return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  }
}
