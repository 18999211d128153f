import type { Pool, PoolClient } from 'pg';
import { named } from './errors.postgres.js';
import type { EventStore, StoredEvent } from './event-store.js';
import { inTransaction } from './transaction.postgres.js';
import { Wake } from './wake.js';

const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 5000;
const POLL_MS = 25;

/** A transaction of the database that holds the rows. */
export type Tx = PoolClient;

/** Turns events into rows: a projection, a calculation of what was touched, a tree over everything recorded. */
export interface Follower {
  /** Names its checkpoint; another name starts from zero. */
  readonly name: string;
  /** Only events of these categories. With an empty list it is given none, and only told how far it may go. */
  readonly categories?: readonly string[];
  /** Followers whose rows this one reads: it never overtakes them. */
  readonly after?: readonly string[];
  /** Events in a page, at most; 1000 unless said otherwise. */
  readonly pageSize?: number;
  /** Reads what it needs to know before its next page, after `position`, so that the first news finds it ready. */
  ready?(position: bigint): Promise<void>;
  /**
   * Work on the way to `position` that several processes do together, before one of them handles the page: it commits
   * by itself, and `handle` finds it done, or does what is left of it.
   */
  share?(position: bigint): Promise<void>;
  /**
   * Writes the page's rows in `tx`, which also takes the checkpoint to `position`: all of it or nothing, once. It may not
   * refuse: what it cannot process becomes a row that people see. If it throws, the page comes again. Events come as
   * stored text, since some of it may go into rows as it is; `parse` gives their content.
   */
  handle(page: readonly StoredEvent[], tx: Tx, position: bigint): Promise<void>;
}

/** Runs followers over one log, in the order of flow. Several processes may do so at once: each page is handled once. */
export class Followers {
  private readonly news = new Wake();

  constructor(
    private readonly store: EventStore,
    private readonly pool: Pool,
    readonly followers: readonly Follower[],
  ) {}

  /** Takes every follower to the head that the log has now, and gives that position. Throws what a follower throws. */
  async catchUp(
    progress?: (follower: string, position: bigint, head: bigint) => void,
  ): Promise<bigint> {
    const head = await this.store.head();
    const reached = new Map<string, bigint>();
    for (const follower of this.followers) {
      const bounds = (follower.after ?? []).map((name) => reached.get(name) ?? 0n);
      const upTo = bounds.reduce((least, bound) => (bound < least ? bound : least), head);
      reached.set(
        follower.name,
        await this.advance(follower, upTo, (position) => progress?.(follower.name, position, upTo)),
      );
    }
    return head;
  }

  /** Follows the log until the signal is raised; after a failure, which `failed` hears of, it tries again. */
  async run(signal: AbortSignal, failed: (error: unknown) => void): Promise<void> {
    let isReady = false;
    for (let pause = FIRST_RETRY_MS; !signal.aborted;) {
      try {
        if (!isReady) await this.ready();
        isReady = true;
        const head = await this.catchUp();
        pause = FIRST_RETRY_MS;
        await this.store.grown(head, signal);
      } catch (error) {
        failed(error);
        await this.news.sleep(signal, pause);
        pause = Math.min(2 * pause, LAST_RETRY_MS);
      }
    }
  }

  /** The position that all rows have reached; 0n where a follower has not begun. */
  async position(): Promise<bigint> {
    const names = this.followers.map(({ name }) => name);
    try {
      const { rows } = await this.pool.query<{ position: string }>(
        `select coalesce(min(coalesce(c.position, 0)), 0) as position
         from unnest($1::text[]) as f(name) left join checkpoint c on c.follower = f.name`,
        [names],
      );
      return BigInt(rows[0]?.position ?? 0);
    } catch (error) {
      throw named(error);
    }
  }

  /** Waits until all rows have reached the position, at most `ms` milliseconds; gives whether they have. */
  async reached(position: bigint, ms: number): Promise<boolean> {
    const until = Date.now() + ms;
    const never = new AbortController().signal;
    while ((await this.position()) < position) {
      if (Date.now() >= until) return false;
      // News is of this process; another one may be doing the work.
      await this.news.sleep(never, POLL_MS);
    }
    return true;
  }

  private async ready(): Promise<void> {
    for (const follower of this.followers)
      if (follower.ready) await follower.ready(await this.checkpoint(follower.name));
  }

  private async advance(
    follower: Follower,
    upTo: bigint,
    progress: (position: bigint) => void,
  ): Promise<bigint> {
    for (;;) {
      const start = await this.checkpoint(follower.name);
      if (start >= upTo) return start;
      if (await this.advanceFrom(start, follower, upTo, progress)) return upTo;
      // Another process was there first: go on from where it is now.
    }
  }

  /** False as soon as the checkpoint turns out to be elsewhere. */
  private async advanceFrom(
    start: bigint,
    follower: Follower,
    upTo: bigint,
    progress: (position: bigint) => void,
  ): Promise<boolean> {
    const { categories, pageSize } = follower;
    let position = start;
    const pages = this.store.readStored(start, {
      upTo,
      ...(categories && { categories }),
      ...(pageSize && { pageSize }),
    });
    for await (const page of pages) {
      const next = page.at(-1)?.position ?? position;
      if (!(await this.move(follower, position, next, page))) return false;
      position = next;
      progress(position);
    }
    if (position === upTo) return true;
    // The rest holds nothing for this follower.
    return this.move(follower, position, upTo, categories?.length === 0 ? [] : undefined);
  }

  /** Rows and checkpoint in one transaction; the checkpoint's row is the lock between processes. */
  private async move(
    follower: Follower,
    from: bigint,
    to: bigint,
    page: readonly StoredEvent[] | undefined,
  ): Promise<boolean> {
    if (page) await follower.share?.(to);
    try {
      const isThere = await inTransaction(this.pool, async (tx) => {
        const { rows } = await tx.query<{ position: string }>({
          name: 'lock_checkpoint',
          text: 'select position from checkpoint where follower = $1 for update',
          values: [follower.name],
        });
        if (BigInt(rows[0]?.position ?? -1) !== from) return false;
        if (page) await follower.handle(page, tx, to);
        await tx.query({
          name: 'move_checkpoint',
          text: 'update checkpoint set position = $2, reached_at = now() where follower = $1',
          values: [follower.name, to],
        });
        return true;
      });
      if (isThere) this.news.all();
      return isThere;
    } catch (error) {
      throw named(error);
    }
  }

  private async checkpoint(name: string): Promise<bigint> {
    try {
      const { rows } = await this.pool.query<{ position: string }>(
        'select position from checkpoint where follower = $1',
        [name],
      );
      if (rows[0]) return BigInt(rows[0].position);
      await this.pool.query(
        'insert into checkpoint (follower, position) values ($1, 0) on conflict do nothing',
        [name],
      );
      return 0n;
    } catch (error) {
      throw named(error);
    }
  }
}
