import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { LineReader } from './line-reader.js';
import type { Line } from './rows.js';
import { TextReader } from './text.reader.js';

// Few hundred rows: whoever takes them soon has time for something else.
const CHUNK = 64 * 1024;

/** Told how many bytes more were read. */
export type OnBytes = (bytes: number) => void;

/** The text of a file, piece by piece. Throws `NotText`, or what the file system says. */
export async function* textOf(path: string, onBytes?: OnBytes): AsyncGenerator<string> {
  const reader = new TextReader();
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK })) {
    const bytes = chunk as Buffer;
    yield reader.push(bytes);
    onBytes?.(bytes.length);
  }
  yield reader.end();
}

/** The lines of a file, piece by piece. Throws as `textOf` does. */
export async function* linesOf(path: string, onBytes?: OnBytes): AsyncGenerator<readonly Line[]> {
  const reader = new LineReader();
  for await (const text of textOf(path, onBytes)) yield reader.push(text);
  yield reader.end();
}

/** As `linesOf`, for a thread that does nothing else: it waits for the disk, and all pieces share one buffer. */
export function* linesAtOnce(path: string, onBytes: OnBytes): Generator<readonly Line[]> {
  const [text, lines] = [new TextReader(), new LineReader()];
  const bytes = Buffer.allocUnsafe(CHUNK);
  const file = openSync(path, 'r');
  try {
    for (let read; (read = readSync(file, bytes)) > 0;) {
      onBytes(read);
      yield lines.push(text.push(bytes.subarray(0, read)));
    }
    yield lines.push(text.end());
    yield lines.end();
  } finally {
    closeSync(file);
  }
}
