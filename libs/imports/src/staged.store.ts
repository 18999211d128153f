import {
  Conflict,
  EventStore,
  type Append,
  type Appended,
  type ReadOptions,
  type RecordedEvent,
  type StoredEvent,
} from '#event-store';

/**
 * A log in which nothing is recorded yet: what is appended is seen by whoever reads streams here,
 * and kept until `commit` records all of it at once, or nobody does. It keeps everything in memory.
 */
export class StagedStore extends EventStore {
  private readonly staged: Append[] = [];
  private readonly streams = new Map<string, RecordedEvent[]>();
  private position: bigint | undefined;

  constructor(private readonly under: EventStore) {
    super();
  }

  /** Records everything, or throws `Conflict` and records nothing. */
  async commit(): Promise<void> {
    await this.under.appendMany(this.staged);
  }

  async append(): Promise<Appended> {
    throw new Error('Staged facts are appended in batches.');
  }

  async appendMany(appends: readonly Append[]): Promise<bigint> {
    await this.refuseUnexpected(appends);
    let position = await this.head();
    for (const append of appends) {
      const { stream, events, expectedRevision, context } = append;
      const there = this.streams.get(stream) ?? [];
      this.streams.set(stream, there);
      let revision = typeof expectedRevision === 'bigint' ? expectedRevision : -1n;
      for (const event of events) {
        position += 1n;
        revision += 1n;
        const { type, data } = event;
        there.push({
          type,
          data,
          stream,
          position,
          revision,
          meta: context,
          id: '',
          schemaVersion: 1,
        });
      }
      this.staged.push(append);
    }
    this.position = position;
    return position;
  }

  private async refuseUnexpected(appends: readonly Append[]): Promise<void> {
    const absent = appends.flatMap(({ stream, expectedRevision }) =>
      expectedRevision === 'none' ? [stream] : [],
    );
    const there = await this.readMany(absent);
    if (there.size > 0) throw new Conflict([...there.keys()]);
  }

  async read(stream: string): Promise<readonly RecordedEvent[]> {
    return [...(await this.under.read(stream)), ...(this.streams.get(stream) ?? [])];
  }

  async readMany(
    streams: readonly string[],
  ): Promise<ReadonlyMap<string, readonly RecordedEvent[]>> {
    const found = new Map(await this.under.readMany(streams));
    for (const stream of streams) {
      const staged = this.streams.get(stream);
      if (staged) found.set(stream, [...(found.get(stream) ?? []), ...staged]);
    }
    return found;
  }

  readAll(after: bigint, options?: ReadOptions): AsyncIterable<readonly RecordedEvent[]> {
    return this.under.readAll(after, options);
  }

  readStored(after: bigint, options?: ReadOptions): AsyncIterable<readonly StoredEvent[]> {
    return this.under.readStored(after, options);
  }

  grown(after: bigint, signal: AbortSignal): Promise<void> {
    return this.under.grown(after, signal);
  }

  async head(): Promise<bigint> {
    return (this.position ??= await this.under.head());
  }
}
