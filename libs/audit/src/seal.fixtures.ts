import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Database, EventStore } from '#event-store';
import { freshDatabase } from '#testing';
import { verifyLog, type Sealer, type Verdict } from './index.js';

const context = { recorded: '2026-01-31T09:00:00Z', by: 'ana' };
/** Records one event in each of so many streams, whose names begin alike. */
export const record = async (store: EventStore, count: number, name = 'deal'): Promise<void> => {
  await store.appendMany(
    Array.from({ length: count }, (_, n) => ({
      stream: `${name}-${n}`,
      events: [{ type: 'DealBooked', data: { id: `${name}-${n}`, amount: String(n) } }],
      expectedRevision: 'none' as const,
      context: { ...context, source: `deals.ndjson:${n + 1}` },
    })),
  );
};

/** Where a log is sealed: its database, and the folder of the keys and heads. */
export interface Place {
  readonly database: Database;
  readonly home: string;
}

/** A database and a folder that nobody else uses. */
export const begin = async (): Promise<Place> => ({
  home: mkdtempSync(path.join(tmpdir(), 'everycent-seal-')),
  database: await freshDatabase(),
});

/** Leaves nothing behind. */
export const end = async ({ database, home }: Place): Promise<void> => {
  await database.close();
  rmSync(home, { recursive: true });
};

/** Verifies a log by the heads and keys of its sealer, those in its folder among them. */
export const check = async (
  { pool }: Database,
  store: EventStore,
  sealer: Sealer,
): Promise<Verdict> => verifyLog({ store, pool, outside: sealer.folder.all(), keys: sealer.keys });
