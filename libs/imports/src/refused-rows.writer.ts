import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { RefusedRow } from './importer.handler.js';
import { refusedFile } from './sources.reader.js';

const BUFFER = 64 * 1024;

const NOT_ALLOWED = new Set(['EACCES', 'EPERM', 'EROFS']);

/** Opens a file, in the working folder where its own cannot be written to. */
const openAnywhere = (file: string): { handle: number; name: string } => {
  try {
    return { handle: openSync(file, 'w'), name: file };
  } catch (error) {
    if (!NOT_ALLOWED.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    const name = path.basename(file);
    return { handle: openSync(name, 'w'), name };
  }
};

/** Writes the refused rows of files, with the reasons, beside them; a file without any has none. */
export class RefusedRows {
  private readonly files = new Map<
    string,
    { readonly handle: number; readonly name: string; text: string }
  >();

  /** A file that is read again begins anew: rows that were refused before may have been mended. */
  begin(file: string): void {
    if (this.files.has(file)) return;
    try {
      rmSync(refusedFile(file), { force: true });
    } catch (error) {
      // Where nothing can be written, nothing of ours can be left from before.
      if (!NOT_ALLOWED.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }

  write(row: RefusedRow): void {
    let open = this.files.get(row.file);
    if (!open) {
      open = { ...openAnywhere(refusedFile(row.file)), text: '' };
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
    return [...this.files.values()].map(({ name }) => name);
  }
}
