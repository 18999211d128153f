import { parentPort } from 'node:worker_threads';
import { readPage, type LinePage } from './row-text.js';

// A thread that reads pages of lines for an import, each in its turn.
parentPort?.on('message', (page: LinePage) => parentPort?.postMessage(readPage(page)));
parentPort?.postMessage('');
