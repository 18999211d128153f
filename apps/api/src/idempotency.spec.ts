import type { Pool } from 'pg';
import { LogUnavailable } from '#event-store';
import { Idempotency } from './idempotency.postgres.js';

const request = (key: string) => ({ login: 'dana\ncomp-admin', key, request: key });

describe('the keeping of answers', () => {
  it('gives its connection back once when it breaks under several requests', async () => {
    let connections = 0;
    let releases = 0;
    let isBroken = false;
    const query = async (asked: unknown): Promise<object> => {
      if (typeof asked === 'string') return { rows: [] };
      await new Promise((resolve) => setTimeout(resolve, 10));
      if (isBroken) throw Object.assign(new Error('cut'), { code: 'ECONNRESET' });
      return { rows: [{ request_sha256: null }, { request_sha256: null }] };
    };
    const connect = async (): Promise<object> => {
      connections += 1;
      return { query, on: () => undefined, release: () => void (releases += 1) };
    };
    const missed: unknown[] = [];
    const idempotency = new Idempotency({ connect } as unknown as Pool, (error) =>
      missed.push(error),
    );
    let second: Promise<unknown> = Promise.resolve();
    const first = idempotency.once(request('first'), async () => {
      isBroken = true;
      // The answer to this one is kept while the next request reserves its key.
      second = idempotency.once(request('second'), async () => ({ status: 201, body: {} }));
      second.catch(() => undefined);
      return { status: 201, body: {} };
    });
    // What it asked for has happened, whether or not its answer is kept.
    expect(await first).toEqual({ status: 201, body: {} });
    await expect(second).rejects.toThrow(LogUnavailable);
    await idempotency.close();
    expect(missed).toEqual([expect.any(LogUnavailable)]);
    expect([connections, releases]).toEqual([1, 1]);
  });
});
