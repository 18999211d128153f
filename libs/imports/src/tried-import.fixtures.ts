import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MemoryEventStore, type EventStore, type RecordedEvent } from '#event-store';
import { importFiles, type ImportOptions } from './import-files.handler.js';
import type { RefusedRow } from './importer.handler.js';
import type { planSteps } from './sources.reader.js';
import type { Totals } from './totals.js';

/** When everything is imported that does not say when it was known. */
export const NOW = '2026-11-25T12:00:00Z';

/** What came of all files together, what was refused, and why: `<line>: <column> <message>`. */
export interface Outcome extends Omit<Totals, 'file'> {
  readonly files: readonly Totals[];
  readonly refusals: readonly RefusedRow[];
  readonly reasons: readonly string[];
}

/** A folder of files and an empty log into which they go. */
export class TriedImport {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'import-'));
  readonly store: EventStore = new MemoryEventStore();

  close(): void {
    rmSync(this.folder, { recursive: true });
  }

  write(name: string, content: string | Buffer): string {
    const file = path.join(this.folder, name);
    writeFileSync(file, content);
    return file;
  }

  async run(
    plans: ReturnType<typeof planSteps>,
    options: Partial<ImportOptions> = {},
  ): Promise<Outcome> {
    const refusals: RefusedRow[] = [];
    const { totals } = await importFiles(plans, {
      store: this.store,
      now: NOW,
      by: 'admin',
      mode: 'each',
      execute: () => Promise.reject(new Error('no commitments here')),
      refused: (row) => refusals.push(row),
      ...options,
    });
    const sum = (of: 'read' | 'recorded' | 'duplicate' | 'refused'): number =>
      totals.reduce((total, file) => total + file[of], 0);
    return {
      files: totals,
      read: sum('read'),
      recorded: sum('recorded'),
      duplicate: sum('duplicate'),
      refused: sum('refused'),
      sums: totals.at(-1)?.sums ?? {},
      refusals,
      reasons: refusals.map(
        ({ line, errors }) =>
          `${line}: ${errors.map(({ column, message }) => `${column ?? '-'} ${message}`).join('; ')}`,
      ),
    };
  }

  /** All events of a log, this one's if no other is named. */
  async log(store = this.store): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const page of store.readAll(0n)) events.push(...page);
    return events;
  }
}
