import { LineReader } from './line-reader.js';
import { BROKEN } from './rows.js';
import { TextReader } from './text.reader.js';

const read = (...chunks: string[]): string[] => {
  const reader = new LineReader();
  const lines = [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.end()];
  return lines.map(({ line, text, fault }) =>
    fault ? `${line}! ${fault.message}` : `${line} ${text}`,
  );
};

describe('a file of lines', () => {
  it('is cut at line ends, wherever the chunks end', () => {
    expect(read('{"a', '":1}\r', '\n\n{}', '\n')).toEqual(['1 {"a":1}', '3 {}']);
  });

  it('has faults where a line is too long or no text', () => {
    expect(read('x'.repeat(3_000_000), 'y\nok\n')).toEqual([
      expect.stringMatching(/^1! the line is longer/),
      '2 ok',
    ]);
    expect(read('a\0b\n')).toEqual([expect.stringMatching(/^1! a NUL/)]);
  });
});

describe('the text of a file', () => {
  const decode = (bytes: Buffer): string => {
    const reader = new TextReader();
    return [...bytes].map((byte) => reader.push(Uint8Array.of(byte))).join('') + reader.end();
  };
  const whole = (bytes: Buffer): string => new TextReader().push(bytes);

  it('is UTF-8 or UTF-16, with or without a mark', () => {
    const text = 'Zoë,1\n';
    const swapped = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16();
    const utf16 = Buffer.from(text, 'utf16le');
    expect(decode(Buffer.from(text))).toBe(text);
    expect(whole(Buffer.from(`\uFEFF${text}`))).toBe(text);
    expect(decode(Buffer.from(`\uFEFF${text}`))).toBe(text);
    // Anywhere else it is a character like any other.
    expect(decode(Buffer.from(`${text}\uFEFF`))).toBe(`${text}\uFEFF`);
    expect(whole(Buffer.from(`\uFEFF${text}`, 'utf16le'))).toBe(text);
    expect(whole(swapped(Buffer.from(`\uFEFF${text}`, 'utf16le')))).toBe(text);
    expect(whole(utf16)).toBe(text);
    expect(whole(swapped(utf16))).toBe(text);
  });

  it('shows where bytes are no text, and goes on after them', () => {
    const bytes = Buffer.concat([Buffer.from('a'), Buffer.of(0xe9), Buffer.from('b\n')]);
    expect([decode(bytes), whole(bytes)]).toEqual([`a${BROKEN}b\n`, `a${BROKEN}b\n`]);
    expect(decode(Buffer.of(0x61, 0xc3))).toBe(`a${BROKEN}`);
  });

  it('is not a workbook', () => {
    expect(() => whole(Buffer.from('PK\x03\x04...'))).toThrow(/Excel workbook.*export it as CSV/);
  });
});
