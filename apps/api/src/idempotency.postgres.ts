import { hash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { isUnavailable, LogUnavailable } from '#event-store';
import { Refusal } from '#kernel';
import { Batch } from './batch.js';
import { HttpRefusal } from './problem.js';

/** What was answered to a request, and whether it had been answered so before. */
export interface Answer {
  readonly status: number;
  readonly body: object;
  readonly replayed?: true;
}

/** A request that is to have one effect, however often it is sent. */
export interface KeyedRequest {
  /** User and role. */
  readonly login: string;
  readonly key: string;
  /** Method, path and content, in their one normal form. */
  readonly request: string;
}

interface Asked {
  readonly login: string;
  readonly key: string;
  readonly sha256: string;
}

interface Found {
  readonly request_sha256: string;
  readonly status: number | null;
  readonly answer: string | null;
}

const KEPT = '30 days';

const RESERVE = `
  with asked as (
    select * from unnest($1::text[], $2::text[], $3::text[]) with ordinality as a(login, key, sha256, place)
  ), reserved as (
    insert into idempotency (login, key, request_sha256) select login, key, sha256 from asked
    on conflict do nothing returning login, key, request_sha256
  )
  select coalesce(r.request_sha256, i.request_sha256) as request_sha256, i.status, i.answer
  from asked a
  left join reserved r on r.login = a.login and r.key = a.key
  left join idempotency i on i.login = a.login and i.key = a.key
  order by a.place`;

const ANSWER = `
  update idempotency i set status = a.status, answer = a.answer
  from unnest($1::text[], $2::text[], $3::smallint[], $4::text[]) as a(login, key, status, answer)
  where i.login = a.login and i.key = a.key`;

/**
 * Repeats the answer to a request that comes again with the same key. A key is reserved before its command runs, and
 * the answer is kept after it. Nobody waits for that, and neither waits for the disk: the log does, and its flush carries
 * the reservation along; should a crash lose an answer, the same request runs again, which its event ids make harmless.
 */
export class Idempotency {
  private readonly inFlight = new Map<string, Promise<unknown>>();
  private readonly reserve = new Batch<Asked, Found | undefined>((items) => this.reserveAll(items));
  private readonly keep = new Batch<Asked & Answer, void>((items) => this.keepAll(items));
  private connection: Promise<PoolClient> | undefined;

  /** `missed` is told why an answer could not be kept. */
  constructor(
    private readonly pool: Pool,
    private readonly missed: (error: unknown) => void,
  ) {}

  /** Runs a request, or gives the answer that it had before. Refuses a key that was used for another one. */
  async once(
    { login, key, request }: KeyedRequest,
    run: (commandId: string) => Promise<Answer>,
  ): Promise<Answer> {
    const id = `${login}\n${key}`;
    // The same key twice at the same time: the second waits for the first, then finds its answer.
    for (let before = this.inFlight.get(id); before; before = this.inFlight.get(id))
      await before.catch(() => undefined);
    const asked = { login, key, sha256: hash('sha256', request, 'hex') };
    const answering = this.answer(asked, () =>
      run(hash('sha256', `${id}\n${asked.sha256}`, 'hex')),
    );
    // Who asks need not wait until his answer is kept; who asks the same again does.
    const keep = async (answer: Answer): Promise<void> => {
      if (!answer.replayed) await this.keep.add({ ...asked, ...answer }).catch(this.missed);
    };
    const settled = answering.then(keep, () => undefined).then(() => void this.inFlight.delete(id));
    this.inFlight.set(id, settled);
    return answering;
  }

  /** Keeps the last answers, and gives the connection back. */
  async close(): Promise<void> {
    await Promise.all(this.inFlight.values());
    const { connection } = this;
    this.connection = undefined;
    (await connection?.catch(() => undefined))?.release();
  }

  /** Forgets the keys that were used more than thirty days ago. */
  async forgetOld(): Promise<void> {
    await this.pool.query('delete from idempotency where received_at < now() - $1::interval', [
      KEPT,
    ]);
  }

  private async answer(asked: Asked, run: () => Promise<Answer>): Promise<Answer> {
    let found = await this.reserve.add(asked);
    // Another process has just reserved it: now it can be seen.
    if (!found) found = await this.reserve.add(asked);
    if (found && found.request_sha256 !== asked.sha256) {
      throw new HttpRefusal(
        'IdempotencyKeyReused',
        `Idempotency-Key "${asked.key}" was sent with another request before.`,
      );
    }
    if (found && found.status !== null && found.answer !== null) {
      return { status: found.status, body: JSON.parse(found.answer) as object, replayed: true };
    }
    try {
      return await run();
    } catch (error) {
      // What a rule refused had no effect: the key is free for a request that says it better.
      if (error instanceof Refusal) await this.free(asked);
      throw error;
    }
  }

  private async free({ login, key }: Asked): Promise<void> {
    const text = 'delete from idempotency where login = $1 and key = $2 and status is null';
    await this.query('idempotency_free', text, [login, key]);
  }

  private async reserveAll(items: readonly Asked[]): Promise<readonly (Found | undefined)[]> {
    const rows = await this.query<Found & { request_sha256: string | null }>(
      'idempotency_reserve',
      RESERVE,
      [
        items.map(({ login }) => login),
        items.map(({ key }) => key),
        items.map(({ sha256 }) => sha256),
      ],
    );
    return rows.map((row) => (row.request_sha256 === null ? undefined : row));
  }

  private async keepAll(items: readonly (Asked & Answer)[]): Promise<readonly void[]> {
    await this.query('idempotency_answer', ANSWER, [
      items.map(({ login }) => login),
      items.map(({ key }) => key),
      items.map(({ status }) => status),
      items.map(({ body }) => JSON.stringify(body)),
    ]);
    return items.map(() => undefined);
  }

  private async query<R extends object>(
    name: string,
    text: string,
    values: unknown[],
  ): Promise<R[]> {
    const connection = (this.connection ??= this.connect());
    try {
      return (await (await connection).query<R>({ name, text, values })).rows;
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      // Several requests may fail with it; the first one gives it back.
      if (this.connection === connection) {
        this.connection = undefined;
        void connection.then(
          (client) => client.release(true),
          () => undefined,
        );
      }
      throw new LogUnavailable(error);
    }
  }

  private async connect(): Promise<PoolClient> {
    const client = await this.pool.connect();
    client.on('error', () => undefined);
    // Planned once, by what any keys are like, and never by going through all of them.
    await client.query(
      'set synchronous_commit = off; set plan_cache_mode = force_generic_plan; set enable_seqscan = off',
    );
    return client;
  }
}
