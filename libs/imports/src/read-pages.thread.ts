import { once } from 'node:events';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { linesAtOnce } from './lines.reader.js';
import type { Page } from './page.reader.js';
import { PageWriter } from './row-text.js';

// A thread that reads the file of an import, and checks its rows, some pages ahead of whoever takes them.
const AHEAD = 8;

const reader = parentPort as MessagePort;
const pages = new PageWriter();
let ahead = 0;
let bytes = 0;
reader.on('message', () => (ahead -= 1));

for (const lines of linesAtOnce(workerData as string, (read) => (bytes += read))) {
  while (ahead >= AHEAD) await once(reader, 'message');
  ahead += 1;
  reader.postMessage({ rows: pages.write(lines), bytes } satisfies Page);
  bytes = 0;
}
reader.postMessage({ bytes } satisfies Page);
