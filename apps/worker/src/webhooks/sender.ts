import { request as requestPlain } from 'node:http';
import { request } from 'node:https';
import { isIP } from 'node:net';
import { isOutside, lookupOutside } from './outside.js';
import { signatures } from './signature.js';
import type { Due, WebhookRows } from './webhooks.postgres.js';

const TIMEOUT_MS = 10_000;
const AT_ONCE = 10;
const PAUSE_MS = 1000;
const FORGET_MS = 60 * 60 * 1000;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
// After each failed attempt; after the last one it is given up.
const BACKOFF_SECONDS = [
  5,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];
const GONE = 410;

/** To whom messages may go; specs let them go to this machine. */
export interface Reach {
  readonly isAllowed: (address: string) => boolean;
  readonly plain: boolean;
}

const PUBLIC: Reach = { isAllowed: isOutside, plain: false };

/** Posts a message, and gives the status of the answer. Follows no redirect, and goes nowhere but outside. */
export const post = (
  { url: text, id, secrets, body }: Pick<Due, 'url' | 'id' | 'secrets' | 'body'>,
  timestamp: number,
  { isAllowed, plain }: Reach = PUBLIC,
): Promise<number> =>
  new Promise((resolve, reject) => {
    const url = new URL(text);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    // No name is looked up where there is none.
    if (isIP(host) !== 0 && !isAllowed(host)) throw new Error(`${host} is not a public address.`);
    if (url.protocol !== 'https:' && !plain) throw new Error('Messages go over https only.');
    const sending = (url.protocol === 'https:' ? request : requestPlain)(url, {
      method: 'POST',
      lookup: lookupOutside(isAllowed),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'Everycent-Webhooks/1',
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signatures(secrets, id, timestamp, body),
      },
    });
    sending.on('response', (answer) => {
      resolve(answer.statusCode ?? 0);
      // What it says beside the status is of no interest, however long it is.
      answer.destroy();
    });
    sending.on('error', reject);
    sending.end(body);
  });

/** Sends messages whose time has come, until the signal is raised. Several processes may share the work. */
export class Sender {
  constructor(
    private readonly rows: WebhookRows,
    private readonly reach: Reach = PUBLIC,
  ) {}

  async run(signal: AbortSignal, failed: (error: unknown) => void): Promise<void> {
    let forgotten = -Infinity;
    while (!signal.aborted) {
      try {
        if (Date.now() - forgotten > FORGET_MS) {
          await this.rows.forgetOld();
          forgotten = Date.now();
        }
        if ((await this.sendDue()) > 0) continue;
      } catch (error) {
        failed(error);
      }
      await pause(signal);
    }
  }

  /** Sends what is due now, and gives how many messages that were. */
  async sendDue(): Promise<number> {
    const due = await this.rows.take(AT_ONCE);
    await Promise.all(due.map((message) => this.send(message)));
    return due.length;
  }

  private async send(message: Due): Promise<void> {
    const { id, endpoint, attempt } = message;
    let answer: string;
    try {
      const status = await post(message, Math.floor(Date.now() / 1000), this.reach);
      answer = `status ${status}`;
      if (status >= 200 && status < 300) return await this.rows.settle(id, answer, 'delivered');
      if (status === GONE) {
        await this.rows.settle(id, answer, 'given-up');
        await this.rows.disable(endpoint, 'It answered that it is gone (410).');
        return;
      }
    } catch (error) {
      answer = error instanceof Error ? error.message : String(error);
    }
    const seconds = BACKOFF_SECONDS[attempt - 1];
    await this.rows.settle(id, answer, seconds === undefined ? 'given-up' : { seconds });
  }
}

const pause = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, PAUSE_MS);
    signal.addEventListener('abort', end);
  });
