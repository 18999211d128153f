/** Lets loops sleep until there is news, a time has passed, or they are told to stop. */
export class Wake {
  private readonly sleepers = new Set<() => void>();

  /** Ends everybody's sleep. */
  all(): void {
    for (const wake of [...this.sleepers]) wake();
  }

  /** Sleeps until `all()`, the signal, or `ms` milliseconds from now (without it: no limit). */
  sleep(signal?: AbortSignal, ms?: number): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(() => wake(), ms);
      const wake = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        this.sleepers.delete(wake);
        resolve();
      };
      signal?.addEventListener('abort', wake);
      this.sleepers.add(wake);
    });
  }
}
