import { CsvReader, type Rewind } from './csv-reader.js';
import { RECORD_AT_MOST, type Row } from './rows.js';

const readInPieces = (text: string, size: number): Row[] => {
  const rows: Row[] = [];
  for (let from: Rewind | undefined = { offset: 0, line: 1 }; from;) {
    const reader: CsvReader = new CsvReader(',', from);
    for (let at = from.offset; at < text.length && !reader.rewind; at += size) {
      rows.push(...reader.push(text.slice(at, at + size)));
    }
    if (!reader.rewind) rows.push(...reader.end());
    from = reader.rewind;
  }
  return rows;
};

const read = (text: string): Row[] => {
  const rows = readInPieces(text, 65_536);
  if (text.length < 1000)
    for (const size of [1, 2, 3, 7]) expect(readInPieces(text, size)).toEqual(rows);
  return rows;
};

const cells = (text: string): (readonly string[])[] => read(text).map((row) => row.cells);
const fault = (text: string): string[] =>
  read(text).flatMap(({ line, fault: found }) =>
    found ? [`${line}:${found.column} ${found.message}`] : [],
  );

describe('a CSV file', () => {
  it('is rows of cells, whatever ends its lines', () => {
    for (const end of ['\n', '\r\n', '\r'])
      expect(cells(['a,b', '1,2', ''].join(end))).toEqual([
        ['a', 'b'],
        ['1', '2'],
      ]);
    expect(cells('a,b\n1,')).toEqual([
      ['a', 'b'],
      ['1', ''],
    ]);
  });

  it('may have delimiters, quotes and line ends in quoted cells, and empty lines', () => {
    expect(cells('"a,1","say ""hi""","x\r\ny"\n\n,""\n')).toEqual([
      ['a,1', 'say "hi"', 'x\r\ny'],
      ['', ''],
    ]);
  });

  it('tells the line on which each record begins', () => {
    expect(read('a\n"1\n2"\n\n3\n').map(({ line }) => line)).toEqual([1, 2, 5]);
  });

  it('loses only the row whose quote is never closed', () => {
    const text = 'a,b\n1,"open\n2,two\n3,three\n';
    expect(fault(text)).toEqual(['2:3 this quote is never closed']);
    expect(cells(text).filter((row) => row.length > 0)).toEqual([
      ['a', 'b'],
      ['2', 'two'],
      ['3', 'three'],
    ]);
  });

  it('sees that a quote was closed by that of a later row', () => {
    const text = 'a,b\n1,"open\n2,"two"\n3,three\n';
    expect(fault(text)[0]).toMatch(/^2:\d+ found "t" after a closing quote.*on line 3/);
    expect(cells(text).filter((row) => row.length > 0)).toEqual([
      ['a', 'b'],
      ['2', 'two'],
      ['3', 'three'],
    ]);
  });

  it('refuses a quote inside a cell without quotes', () => {
    expect(fault('a,b\nx,5" pipe\n1,2\n')).toEqual([
      expect.stringMatching(/^2:4 a quote inside a cell/),
    ]);
  });

  it('refuses what is no text, where it stands', () => {
    expect(fault('a,b\n1,x\0y\n2,z\n')).toEqual([expect.stringMatching(/^2:4 a NUL/)]);
    expect(fault('a,b\n1,caf\uFFFD\n')).toEqual([
      expect.stringMatching(/^2:6 bytes that are not UTF-8/),
    ]);
  });

  it.each([
    ['', 'x'],
    ['"', 'x'],
    ['"', 'x\n'],
    ['"', 'x,""'],
  ])('passes over a cell (%s) of ten megabytes (%j...) and goes on behind it', (quote, unit) => {
    const text = `a,b\n1,${quote}${unit.repeat(10_000_000 / unit.length)}${quote}\n2,two\n`;
    const rows = read(text);
    expect(rows.map(({ cells: of }) => of)).toEqual([['a', 'b'], [], ['2', 'two']]);
    expect(rows[1]).toMatchObject({ line: 2, fault: { column: 3 } });
    expect(rows[1]?.fault?.message).toContain(String(RECORD_AT_MOST));
  });

  it('finds the rows after a quote that is never closed in a large file', () => {
    const many = Array.from({ length: 100_000 }, (_, i) => `${i},"v${i}"`).join('\n');
    expect(read(`a,b\n0,"open\n${many}\n`)).toHaveLength(100_002);
    const plain = many.replaceAll('"', '');
    const rows = read(`a,b\n0,"open\n${plain}\n`);
    expect(rows).toHaveLength(100_002);
    expect(rows.filter((row) => row.fault)).toMatchObject([
      { line: 2, fault: { column: 3, message: 'this quote is never closed' } },
    ]);
    expect(rows.at(-1)).toEqual({ line: 100_002, cells: ['99999', 'v99999'] });
  });
});
