import type { AttachmentType } from './dispute.commands.js';

const MAGIC: readonly (readonly [AttachmentType, readonly number[]])[] = [
  ['application/pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
];
const ZIP = [0x50, 0x4b, 0x03, 0x04];
const OFFICE: readonly (readonly [AttachmentType, string])[] = [
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xl/workbook.xml'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'word/document.xml'],
];

const beginsWith = (content: Uint8Array, magic: readonly number[]): boolean =>
  magic.every((byte, i) => content[i] === byte);

// An office document is a ZIP whose parts have fixed names; one with macros is none that is taken.
const officeType = (content: Uint8Array): AttachmentType | undefined => {
  const text = new TextDecoder('latin1').decode(content);
  if (!text.includes('[Content_Types].xml') || text.includes('vbaProject.bin')) return undefined;
  return OFFICE.find(([, part]) => text.includes(part))?.[0];
};

const isText = (content: Uint8Array): boolean => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content);
    return !/[^\P{Cc}\t\n\r\f]/u.test(text);
  } catch {
    return false;
  }
};

/** What a file is by its content, whatever it is called; undefined where it is none that is taken. */
export const attachmentType = (content: Uint8Array): AttachmentType | undefined => {
  const found = MAGIC.find(([, magic]) => beginsWith(content, magic));
  if (found) return found[0];
  if (beginsWith(content, ZIP)) return officeType(content);
  return isText(content) ? 'text/plain' : undefined;
};
