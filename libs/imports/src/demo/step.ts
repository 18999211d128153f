import { formatDay } from '#kernel';

/** A step of the demo company, as in a file of steps. */
export interface DemoStep {
  readonly recorded: string;
  readonly by: string;
  readonly [command: string]: unknown;
}

/** Who brings in facts; who drafts payouts; who approves them. */
export const USERS = { facts: 'dana', drafts: 'erin', approves: 'frank' } as const;

/** A fact learned on a day (since 1970-01-01), at an hour of it. */
export const fact = (day: number, hour: number, command: string, data: object): DemoStep => ({
  recorded: `${formatDay(day)}T${String(hour).padStart(2, '0')}:00:00Z`,
  by: USERS.facts,
  [command]: data,
});
