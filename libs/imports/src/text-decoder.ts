/** A file that is no text at all; the message says what it is and what would be valid. */
export class NotText extends Error {
  override readonly name = 'NotText';
}

/** Stands for bytes that are not text in the file's encoding. */
export const BROKEN = '\uFFFD';

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
  private decoder: InstanceType<typeof TextDecoder> | undefined;

  push(bytes: Uint8Array): string {
    if (!this.decoder) {
      const found = MARKS.find(([mark]) => startsWith(bytes, mark));
      if (found) {
        throw new NotText(`This is ${found[1]}; export it as CSV in UTF-8, or as NDJSON.`);
      }
      this.decoder = new TextDecoder(encodingOf(bytes));
    }
    return this.decoder.decode(bytes, { stream: true });
  }

  end(): string {
    return this.decoder?.decode() ?? '';
  }
}
