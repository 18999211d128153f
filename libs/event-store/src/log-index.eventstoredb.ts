import { START, type AllStreamSubscription } from '@eventstore/db-client';
import {
  AnotherLog,
  BLOCK,
  blockOf,
  spansOf,
  type Block,
  type Blocks,
  type Span,
} from './blocks.js';
import { LEADER, type Connection } from './connection.eventstoredb.js';
import { away, isDenied, isPassing } from './errors.eventstoredb.js';
import { categoryOf, LogUnavailable } from './event-store.js';
import { entryOf } from './recorded.eventstoredb.js';
import { Wake } from './wake.js';

const PATIENCE_MS = 10_000;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2000;
const CACHED_BLOCKS = 64;

/**
 * Numbers the log: the n-th event of ours in `$all` has position n. That number follows from the log alone, so every
 * process gives every event the same one, without gaps and in the order of commitment. It reads `$all` to its end and
 * stays there for as long as it is open; whole blocks are kept, so that nobody counts from the beginning again.
 */
export class LogIndex {
  /** Positions up to here are in kept blocks; then those of `recent` follow. */
  private kept = 0n;
  private keptUpTo = 0n;
  private recent: bigint[] = [];
  /** Their categories, in the same order. */
  private recentCategories: string[] = [];
  /** The last place of `$all` that was looked at, whosever event stands there. */
  private seen = -1n;
  private readonly cache = new Map<bigint, Block>();
  private readonly news = new Wake();
  private isTelling = false;
  private running: Promise<void> | undefined;
  private subscription: AllStreamSubscription | undefined;
  private stopped = false;
  private lastFailure: unknown;
  /** Since when nobody has heard of the server, where that is so. */
  private failingSince: number | undefined;
  private fault: AnotherLog | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly blocks: Blocks,
  ) {}

  /** The position of the last event that was counted. */
  get head(): bigint {
    return this.kept + BigInt(this.recent.length);
  }

  /** Waits until everything up to a place of `$all` is counted. Throws `LogUnavailable` where nothing comes any more. */
  async reached(commit: bigint): Promise<void> {
    this.running ??= this.run();
    let before = this.seen;
    let until = Date.now() + PATIENCE_MS;
    while (this.seen < commit) {
      if (this.fault) throw this.fault;
      if (this.stopped) throw new LogUnavailable(new Error('it was closed'));
      if (this.seen > before) until = Date.now() + PATIENCE_MS;
      before = this.seen;
      const left = until - Date.now();
      if (left <= 0) {
        // What does not come over this connection may come over the one that is used by now.
        void this.subscription?.unsubscribe().catch(() => undefined);
        throw away(this.lastFailure ?? new Error('what was written cannot be read yet'));
      }
      await this.news.sleep(undefined, left);
    }
  }

  /** Waits until something after a position is counted, or the signal is raised. Throws `LogUnavailable` as above. */
  async grown(after: bigint, signal: AbortSignal): Promise<void> {
    this.running ??= this.run();
    while (!signal.aborted && this.head <= after && !this.stopped) {
      if (this.fault) throw this.fault;
      // Each attempt to hear of it again wakes us.
      if (this.failingSince !== undefined && Date.now() - this.failingSince > PATIENCE_MS)
        throw away(this.lastFailure);
      await this.news.sleep(signal);
    }
  }

  /** The positions of events by their places in `$all`. Throws `AnotherLog` where one of them was never counted. */
  async positionsOf(commits: readonly bigint[]): Promise<bigint[]> {
    await this.reached(commits.reduce((last, commit) => (commit > last ? commit : last), 0n));
    const old = commits.filter((commit) => commit <= this.keptUpTo && !this.cachedWith(commit));
    if (old.length > 0) for (const block of await this.blocks.holding(old)) this.remember(block);
    return commits.map((commit) => {
      const position = this.find(commit);
      if (position === undefined)
        throw new AnotherLog(`nothing was counted at ${commit} of its $all`);
      return position;
    });
  }

  /** The place in `$all` of the event at a position that has been counted. */
  async commitOf(position: bigint): Promise<bigint> {
    if (position > this.kept) return this.recent[Number(position - this.kept) - 1] as bigint;
    const first = blockOf(position);
    const block = this.cache.get(first) ?? (await this.blocks.at(position));
    const commit = block?.commits[Number(position - first)];
    if (!block || commit === undefined)
      throw new AnotherLog(`nothing is known of position ${position}`);
    this.remember(block);
    return commit;
  }

  /** The parts of a span that has been counted in which events of some categories may be. */
  async spansOf(span: Span, categories: readonly string[]): Promise<readonly Span[]> {
    const { kept } = this;
    const positions = await this.blocks.withAny(categories, blockOf(span.after + 1n));
    return spansOf(
      span,
      positions.filter((position) => position <= kept),
      kept,
    );
  }

  async close(): Promise<void> {
    this.stopped = true;
    this.news.all();
    this.subscription?.destroy();
    await this.running;
  }

  private find(commit: bigint): bigint | undefined {
    if (commit > this.keptUpTo) return positionIn(this.recent, this.kept + 1n, commit);
    const block = this.cachedWith(commit);
    return block && positionIn(block.commits, block.position, commit);
  }

  private cachedWith(commit: bigint): Block | undefined {
    for (const block of this.cache.values()) {
      const { commits } = block;
      if ((commits[0] as bigint) <= commit && commit <= (commits.at(-1) as bigint)) return block;
    }
    return undefined;
  }

  private remember(block: Block): void {
    this.cache.delete(block.position);
    this.cache.set(block.position, block);
    const [oldest] = this.cache.keys();
    if (this.cache.size > CACHED_BLOCKS && oldest !== undefined) this.cache.delete(oldest);
  }

  private async run(): Promise<void> {
    for (let pause = FIRST_RETRY_MS; !this.stopped;) {
      const before = this.seen;
      try {
        if (this.seen < 0n) await this.resume();
        await this.listen();
      } catch (error) {
        this.lastFailure = error;
        this.failingSince ??= Date.now();
        if (error instanceof AnotherLog) this.fault = error;
      }
      this.news.all();
      if (this.stopped || this.fault) return;
      pause = this.seen > before ? FIRST_RETRY_MS : Math.min(2 * pause, LAST_RETRY_MS);
      await this.news.sleep(undefined, pause);
    }
  }

  /** Goes on after the last block that is kept, if the log has it. */
  private async resume(): Promise<void> {
    const last = await this.blocks.last();
    const commit = last?.commits.at(-1);
    if (last && commit !== undefined) {
      await this.confirm(commit);
      this.kept = last.position + BigInt(BLOCK) - 1n;
      this.keptUpTo = commit;
    }
    this.seen = commit ?? 0n;
    this.tell();
  }

  private async confirm(commit: bigint): Promise<void> {
    const fromPosition = { commit, prepare: commit };
    let isThere = false;
    try {
      const records = this.connection.client.readAll({ fromPosition, maxCount: 1, ...LEADER });
      for await (const { event } of records) isThere = entryOf(event)?.commit === commit;
    } catch (error) {
      if (isPassing(error) || isDenied(error)) throw error;
    }
    if (!isThere) throw new AnotherLog(`nothing of ours stands at ${commit} of its $all`);
  }

  private async listen(): Promise<void> {
    if (this.recent.length >= BLOCK) await this.keep();
    const commit = this.recent.at(-1) ?? this.keptUpTo;
    if (commit > this.seen) this.seen = commit;
    const subscription = this.connection.client.subscribeToAll(
      { fromPosition: commit === 0n ? START : { commit, prepare: commit }, ...LEADER },
      { highWaterMark: BLOCK },
    );
    this.subscription = subscription;
    subscription.once('confirmation', () => (this.failingSince = undefined));
    try {
      for await (const { event } of subscription) {
        if (this.stopped) return;
        if (!event) continue;
        const entry = entryOf(event);
        if (entry) {
          this.recent.push(entry.commit);
          this.recentCategories.push(categoryOf(entry.stream));
        }
        if (this.recent.length >= BLOCK) await this.keep();
        this.seen = event.position.commit;
        this.tell();
      }
    } finally {
      await subscription.unsubscribe().catch(() => undefined);
    }
  }

  private async keep(): Promise<void> {
    const block = {
      position: this.kept + 1n,
      commits: this.recent.slice(0, BLOCK),
      categories: [...new Set(this.recentCategories.slice(0, BLOCK))].sort(),
    };
    await this.blocks.keep(block);
    this.remember(block);
    this.keptUpTo = block.commits.at(-1) as bigint;
    this.kept += BigInt(BLOCK);
    this.recent = this.recent.slice(BLOCK);
    this.recentCategories = this.recentCategories.slice(BLOCK);
  }

  /** Wakes whoever waits, once for all that arrived together. */
  private tell(): void {
    if (this.isTelling) return;
    this.isTelling = true;
    setImmediate(() => {
      this.isTelling = false;
      this.news.all();
    });
  }
}

const positionIn = (
  commits: readonly bigint[],
  first: bigint,
  commit: bigint,
): bigint | undefined => {
  let low = 0;
  let high = commits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((commits[middle] as bigint) < commit) low = middle + 1;
    else high = middle;
  }
  return commits[low] === commit ? first + BigInt(low) : undefined;
};
