import pg from 'pg';
import { Wake } from './wake.js';

const IDLE_MS = 1000;

/** Tells waiters that something was recorded, by whatever process. They poll as well, so a lost word costs little. */
export class LogNews {
  private readonly wake = new Wake();
  private waiters = 0;
  private client: pg.Client | undefined;
  private idle: NodeJS.Timeout | undefined;

  constructor(private readonly settings: pg.ClientConfig) {}

  /** What this process records needs no detour over the server. */
  tell(): void {
    this.wake.all();
  }

  /** Sleeps until there is news, or `ms` milliseconds, or the signal. */
  async sleep(signal: AbortSignal, ms: number): Promise<void> {
    clearTimeout(this.idle);
    this.waiters += 1;
    if (!this.client) void this.connect();
    await this.wake.sleep(signal, ms);
    this.waiters -= 1;
    if (this.waiters === 0) this.idle = setTimeout(() => this.disconnect(), IDLE_MS).unref();
  }

  /** One connection of its own: one from the pool would be missing there for as long as somebody waits. */
  private async connect(): Promise<void> {
    const client = new pg.Client(this.settings);
    this.client = client;
    // The next sleeper tries again.
    const lost = () => {
      if (this.client === client) this.client = undefined;
      client.end().catch(() => undefined);
    };
    client.on('error', lost);
    client.on('notification', () => this.wake.all());
    try {
      await client.connect();
      // Waiting for news alone keeps no process alive; the method is there, if not in pg's types.
      (client as pg.Client & { unref(): void }).unref();
      await client.query('listen everycent_log');
    } catch {
      lost();
    }
  }

  private disconnect(): void {
    this.client?.end().catch(() => undefined);
    this.client = undefined;
  }
}
