import { openDatabase, readConfiguration } from '#event-store';
import { freshDatabase } from '#testing';
import type { ApiParts } from '../../apps/api/src/api.module.js';
import { OpenCompany } from '../../apps/worker/src/company.js';
import { TriedApi, type Login } from './harness.js';

/** A service, its comp-admin, and the company as another process has it open on the same database. */
export interface TwoProcesses {
  readonly api: TriedApi;
  readonly dana: Login;
  readonly other: OpenCompany;
  readonly close: () => Promise<void>;
}

/** A company of a manager and a rep that two processes have open. */
export const twoProcesses = async (parts: Partial<ApiParts> = {}): Promise<TwoProcesses> => {
  const database = await freshDatabase();
  const api = await TriedApi.start(database, parts);
  const other = new OpenCompany(
    await openDatabase(readConfiguration({ DATABASE_URL: database.url })),
  );
  const dana = await api.login({ user: 'dana', role: 'comp-admin' });
  const person = { hiredOn: '2025-01-01', currency: 'USD' };
  await dana.record([
    ['/v1/calendar', { start: '2026-01-01' }],
    ['/v1/payees', { id: 'boss', name: 'Boss', ...person }],
    ['/v1/payees', { id: 'ana', name: 'Ana', manager: 'boss', ...person }],
  ]);
  return {
    api,
    dana,
    other,
    close: async () => {
      await other.close();
      await api.close();
    },
  };
};

/** The day so many days after an instant. */
export const dayAfter = (instant: number, days: number): string =>
  new Date(instant + days * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
