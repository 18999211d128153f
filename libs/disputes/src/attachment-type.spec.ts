import { attachmentType } from './index.js';

const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([...part]))),
  );
const ZIP = 'PK\u0003\u0004';
const SHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const WORDS = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

describe('the type of an attachment', () => {
  it.each([
    ['application/pdf', bytes('%PDF-1.7\n', [0, 1, 2])],
    ['image/png', bytes([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0])],
    ['image/jpeg', bytes([0xff, 0xd8, 0xff, 0xe0, 0])],
    ['image/gif', bytes('GIF89a', [0])],
    ['text/plain', bytes('Wir hatten 50% vereinbart.\r\nGrüße\t')],
    [SHEET, bytes(ZIP, '[Content_Types].xml', [0], 'xl/workbook.xml')],
    [WORDS, bytes(ZIP, '[Content_Types].xml', [0], 'word/document.xml')],
  ])('is %s by its content', (type, content) => expect(attachmentType(content)).toBe(type));

  it.each([
    ['a program', bytes('MZ', [0x90, 0, 3])],
    ['an archive', bytes(ZIP, 'run.bat')],
    ['macros', bytes(ZIP, '[Content_Types].xml word/document.xml word/vbaProject.bin')],
    ['an old document', bytes([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])],
    ['text with a NUL', bytes('abc', [0], 'def')],
    ['text in UTF-16', bytes([0xff, 0xfe, 0x41, 0x00])],
    ['text in Latin 1', bytes([0x47, 0x72, 0xfc, 0xdf, 0x65])],
    ['a script of a terminal', bytes('\u001b[2J')],
  ])('is none that is taken: %s', (_, content) => expect(attachmentType(content)).toBeUndefined());
});
