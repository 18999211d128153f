import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import type { RefusedRow } from './importer.handler.js';
import { refusedFile } from './sources.reader.js';

const BUFFER = 64 * 1024;

/** Writes the refused rows of files, with the reasons, beside them; a file without any has none. */
export class RefusedRows {
  private readonly files = new Map<string, { readonly handle: number; text: string }>();

  /** A file that is read again begins anew: rows that were refused before may have been mended. */
  begin(file: string): void {
    if (!this.files.has(file)) rmSync(refusedFile(file), { force: true });
  }

  write(row: RefusedRow): void {
    let open = this.files.get(row.file);
    if (!open) {
      open = { handle: openSync(refusedFile(row.file), 'w'), text: '' };
      this.files.set(row.file, open);
    }
    open.text += `${JSON.stringify(row)}\n`;
    if (open.text.length < BUFFER) return;
    writeSync(open.handle, open.text);
    open.text = '';
  }

  /** Writes what is left, and gives the names of the files written. */
  end(): string[] {
    for (const { handle, text } of this.files.values()) {
      writeSync(handle, text);
      closeSync(handle);
    }
    return [...this.files.keys()].map(refusedFile);
  }
}
