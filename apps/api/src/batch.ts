/**
 * Does together what is asked for together: while one batch is on its way, the next one gathers, so that many requests
 * share one round trip. A batch that fails fails for all in it.
 */
export class Batch<I, O> {
  private waiting: { item: I; resolve: (result: O) => void; reject: (reason: unknown) => void }[] =
    [];
  private running = false;

  /** `work` gives a result for each item, in the order of the items. */
  constructor(
    private readonly work: (items: readonly I[]) => Promise<readonly O[]>,
    private readonly most = 256,
  ) {}

  /** The result for one item. */
  add(item: I): Promise<O> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.running) return;
      this.running = true;
      setImmediate(() => void this.run());
    });
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, this.most);
      try {
        const results = await this.work(batch.map(({ item }) => item));
        batch.forEach(({ resolve }, i) => resolve(results[i] as O));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.running = false;
  }
}
