import { createHash } from 'node:crypto';
import type { EventStore } from '#event-store';
import { Refusal } from '#kernel';
import { demoCompany } from './demo/company.js';
import { importFiles, type Imported, type ImportOptions } from './import-files.handler.js';
import type { Planned } from './sources.reader.js';

const FILE = 'the demo company';
const ORIGIN = 'demo';

const planDemo = (): Planned => {
  const steps = demoCompany();
  const hash = createHash('sha256').update(JSON.stringify(steps)).digest('hex').slice(0, 16);
  const items = steps.map((step, i) => ({ line: i + 1, step }));
  async function* pages(): AsyncGenerator<typeof items> {
    yield items;
  }
  const open = (): ReturnType<Planned['open']> =>
    Promise.resolve({ file: FILE, origin: `${ORIGIN}@${hash}`, pages: pages() });
  return { file: FILE, bytes: 0, open };
};

const originOfFirst = async (store: EventStore): Promise<string | undefined> => {
  for await (const [event] of store.readAll(0n, { upTo: 1n })) return event?.meta.source ?? '';
  return undefined;
};

/**
 * Loads the demo company into an empty one; loaded again, it changes nothing, and one that was
 * interrupted goes on. Refused where the company has other facts.
 */
export const loadDemo = async (
  around: Pick<ImportOptions, 'store' | 'execute' | 'progress'>,
): Promise<Imported['totals'][number]> => {
  const origin = await originOfFirst(around.store);
  if (origin !== undefined && !origin.startsWith(`${ORIGIN}@`)) {
    const message =
      'There are facts already, and the demo company needs a place of its own: set EVERYCENT_HOME.';
    throw new Refusal('CalendarDefinedDifferently', message);
  }
  const { totals } = await importFiles([planDemo()], {
    ...around,
    mode: 'each',
    // To calculate what each of fourteen closings commits to would take longer than all the rest.
    closesByPosition: true,
    // Every step has an instant of its own.
    now: '2026-04-06T10:00:00Z',
    by: 'dana',
    refused: ({ line, errors }) => {
      throw new Error(`Step ${line} of the demo company was refused: ${errors[0]?.message}`);
    },
  });
  return totals[0] as Imported['totals'][number];
};
