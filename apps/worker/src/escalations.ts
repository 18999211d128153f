import { setTimeout as pause } from 'node:timers/promises';
import { Refusal } from '#kernel';
import { waitingOn } from '#disputes';
import type { OpenCompany } from './company.js';
import { disputesIn } from './known-disputes.js';

const EVERY_MS = 60_000;

/** In whose name the service records what only the passing of time brings about. */
export const SERVICE = 'everycent';

/** The open disputes whose day has passed, and for which that is not recorded yet. */
const toEscalate = async (company: OpenCompany, today: string): Promise<string[]> =>
  [...disputesIn(await company.book())].flatMap(([id, dispute]) =>
    waitingOn(dispute, today)?.overdue && !dispute.escalated ? [id] : [],
  );

/** Records of each dispute that became overdue that it did, and whose it is now; gives their ids. */
export const escalateOverdue = async (
  company: OpenCompany,
  by = SERVICE,
  today = new Date().toISOString().slice(0, 10),
): Promise<string[]> => {
  const escalated: string[] = [];
  for (const dispute of await toEscalate(company, today)) {
    try {
      await company.execute({ type: 'escalate-dispute', data: { dispute }, by });
      escalated.push(dispute);
    } catch (error) {
      // Somebody resolved it, or gave it another day, at this very moment.
      if (!(error instanceof Refusal)) throw error;
    }
  }
  return escalated;
};

/** Looks every minute for disputes that have become overdue, until the signal is raised. */
export const runEscalations = async (
  company: OpenCompany,
  signal: AbortSignal,
  failed: (error: unknown) => void,
): Promise<void> => {
  while (!signal.aborted) {
    await escalateOverdue(company).catch(failed);
    await pause(EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
};
