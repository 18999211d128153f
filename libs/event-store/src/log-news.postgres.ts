import type { Pool, PoolClient } from 'pg';
import { Wake } from './wake.js';

const RECONNECT_MS = 1000;

/** Tells followers that something was recorded, by whatever process; they poll as well, so a lost word costs little. */
export class LogNews {
  readonly wake = new Wake();
  private listeners = 0;
  private client: PoolClient | undefined;
  private connecting = false;

  constructor(private readonly pool: Pool) {}

  /** Listens, with one connection for all, until the function that is given back is called. */
  listen(): () => void {
    this.listeners += 1;
    void this.connect();
    return () => {
      this.listeners -= 1;
      if (this.listeners > 0) return;
      this.client?.release(true);
      this.client = undefined;
    };
  }

  private async connect(): Promise<void> {
    if (this.client || this.connecting || this.listeners === 0) return;
    this.connecting = true;
    try {
      const client = await this.pool.connect();
      client.on('notification', () => this.wake.all());
      client.on('error', () => this.lost(client));
      this.client = client;
      await client.query('listen everycent_log');
    } catch {
      if (this.client) this.lost(this.client);
      else this.retry();
    } finally {
      this.connecting = false;
    }
    if (this.listeners === 0) {
      this.client?.release(true);
      this.client = undefined;
    }
  }

  private lost(client: PoolClient): void {
    if (this.client !== client) return;
    this.client = undefined;
    client.release(true);
    this.retry();
  }

  private retry(): void {
    setTimeout(() => void this.connect(), RECONNECT_MS).unref();
  }
}
