import { Worker } from 'node:worker_threads';
import type { Item } from './item.js';
import { jsonItem } from './json-line.js';
import { itemsOf, type LinePage } from './row-text.js';
import type { Line } from './rows.js';

// A thread takes about as long to begin as some twenty thousand rows take.
const WORTH_A_THREAD = 4 * 1024 * 1024;
const YOUNG_MB = 96;
/** Pages that are read ahead of whoever takes them. */
const AHEAD = 4;

/** What is made of a page when it is taken: rows that nobody needs yet would only be in the way of what is collected. */
type Take = () => readonly Item[];

interface Asked {
  readonly lines: readonly Line[];
  readonly resolve: (take: Take) => void;
}

const isBroken = ({ fault }: Line): boolean => fault !== undefined;

/** Reads and checks pages of lines on another core, once it is there; what it does not do is done here. */
class PageThread {
  private readonly asked: Asked[] = [];
  private readonly worker = new Worker(new URL('./read-pages.thread.js', import.meta.url), {
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  private isThere = false;

  constructor() {
    this.worker.once('message', () => {
      this.isThere = true;
      this.worker.on('message', (page: string) => this.asked.shift()?.resolve(() => itemsOf(page)));
    });
    this.worker.once('error', () => {
      this.isThere = false;
      for (const { lines, resolve } of this.asked.splice(0)) resolve(() => lines.map(jsonItem));
    });
  }

  read(lines: readonly Line[]): Promise<Take> | Take {
    if (!this.isThere || lines.length === 0 || lines.some(isBroken))
      return () => lines.map(jsonItem);
    const page: LinePage = {
      numbers: lines.map(({ line }) => line),
      text: lines.map(({ text }) => text).join('\n'),
    };
    return new Promise((resolve) => {
      this.asked.push({ lines, resolve });
      this.worker.postMessage(page);
    });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }
}

/**
 * The rows of lines of JSON, in their order. Those of a large file are read and checked by a thread of their own, ahead
 * of whoever takes them.
 */
export async function* readPages(
  pages: AsyncIterable<readonly Line[]>,
  bytes: number,
): AsyncGenerator<readonly Item[]> {
  if (bytes < WORTH_A_THREAD) {
    for await (const lines of pages) yield lines.map(jsonItem);
    return;
  }
  const thread = new PageThread();
  const ahead: (Promise<Take> | Take)[] = [];
  const next = async (): Promise<readonly Item[]> =>
    (await (ahead.shift() as Promise<Take> | Take))();
  try {
    for await (const lines of pages) {
      ahead.push(thread.read(lines));
      if (ahead.length > AHEAD) yield await next();
    }
    while (ahead.length > 0) yield await next();
  } finally {
    await thread.close();
  }
}
