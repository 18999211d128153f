import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Item } from './item.js';
import type { OnBytes } from './lines.reader.js';
import { itemsOf } from './row-text.js';

/** What the thread says: rows that it has read, and how many bytes of the file they took. */
export interface Page {
  /** As a `PageWriter` writes them; undefined after the last. */
  readonly rows?: string;
  readonly bytes: number;
}

// What it reads is soon forgotten.
const YOUNG_MB = 24;

/**
 * The rows of a file of one JSON object a line, in their order, read and checked by a thread of their own ahead of
 * whoever takes them. Throws `NotText`, or what the file system says.
 */
export async function* readOnThread(
  path: string,
  onBytes?: OnBytes,
): AsyncGenerator<readonly Item[]> {
  const thread = new Worker(new URL('./read-pages.thread.js', import.meta.url), {
    workerData: path,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  try {
    for await (const [{ rows, bytes }] of on(thread, 'message') as AsyncIterable<[Page]>) {
      if (rows === undefined) return;
      // Rows are made of a page when it is taken: before, they would only be in the way of what is collected.
      yield itemsOf(rows);
      onBytes?.(bytes);
      thread.postMessage('taken');
    }
  } finally {
    await thread.terminate();
  }
}
