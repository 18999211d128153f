import { MemoryEventStore, lineOf, type EventStore } from '#event-store';
import { importFiles, type ImportOptions, type Imported } from './import-files.handler.js';
import type { RefusedRow } from './importer.handler.js';
import type { Item } from './item.js';
import { jsonItem } from './json-line.js';
import { itemsOf, PageWriter } from './row-text.js';

const booking = (id: string, more: object = {}): object => ({
  id,
  account: 'acme',
  bookedOn: '2026-02-01',
  currency: 'USD',
  amount: '100.50',
  ...more,
});
const deal = (id: string, more?: object): object => ({ 'book-deal': booking(id, more) });
const share = (payee: string, part: string): object => ({ payee, share: part });
const amendment = { deal: 'd1', on: '2026-03-01', amount: '7' };

const LINES = [
  deal('too early'),
  { 'define-calendar': { start: '2026-01-01' }, recorded: '2026-01-01T00:00:00Z' },
  { 'add-payee': { id: 'ana', name: 'Ana', hiredOn: '2025-01-01', currency: 'USD' } },
  deal('d1', { team: [share('ana', '100%')] }),
  deal('of nobody', { team: [share('anna', '100%')] }),
  deal('not whole', { team: [share('anna', '40%')] }),
  // What was decided on ahead is known to what comes after it, and the same again is none.
  deal('d1', { team: [share('ana', '1')] }),
  deal('d1', { amount: '99' }),
  { 'amend-deal': amendment },
  { 'amend-deal': { ...amendment, deal: 'unheard of' } },
  { 'correct-deal': { deal: 'd1', team: [share('anna', '1')], reason: 'his' } },
  { 'correct-deal': { deal: 'd1', type: 'renewal', reason: 'a slip' } },
  { 'adjust-credit': { ...amendment, id: 'c', payee: 'ana', on: '2026-02-02', reason: 'help' } },
  deal('d2', {
    amount: undefined,
    lines: [
      { id: '1', amount: '1.5' },
      { id: '2', amount: '2' },
    ],
  }),
  { ...deal('later'), recorded: '2026-04-01T00:00:00Z', by: 'ben' },
  { ...deal('earlier'), recorded: '2026-03-01T00:00:00Z' },
  deal('malformed', { amount: 1.5 }),
  deal('ü "quoted" \\ ü', { currency: 'EUR', type: 'tab\tand line\n' }),
].map((step, i) => ({ line: i + 1, text: JSON.stringify(step) }));

const read = {
  here: (): Item[] => LINES.map(jsonItem),
  'by a thread': (): Item[] => itemsOf(new PageWriter().write(LINES)),
};

const run = async (
  store: EventStore,
  how: keyof typeof read,
  options: Partial<ImportOptions> = {},
): Promise<Imported & { readonly refused: readonly RefusedRow[]; readonly log: string[] }> => {
  async function* pages(): AsyncGenerator<Item[]> {
    yield read[how]();
  }
  const refused: RefusedRow[] = [];
  const source = { file: 'facts.ndjson', origin: 'facts.ndjson@1', pages: pages() };
  const plan = { file: source.file, bytes: 0, open: () => Promise.resolve(source) };
  const imported = await importFiles([plan], {
    store,
    now: '2026-11-25T12:00:00Z',
    by: 'admin',
    mode: 'each',
    execute: () => Promise.reject(new Error('no commitments here')),
    refused: (row) => refused.push(row),
    ...options,
  });
  const log: string[] = [];
  for await (const page of store.readStored(0n)) log.push(...page.map(lineOf));
  return { ...imported, refused, log };
};

describe('rows that a thread has decided on ahead', () => {
  it('come to the same as those that are read and decided on here, to the byte', async () => {
    const here = await run(new MemoryEventStore(), 'here');
    expect(await run(new MemoryEventStore(), 'by a thread')).toEqual(here);
    expect(here.totals).toMatchObject([{ recorded: 9, duplicate: 1, refused: 8 }]);
    expect(here.totals[0]?.sums).toEqual({ EUR: '100.50', USD: '305.00' });
  });

  it('are known again, however they were read the first time', async () => {
    const again = async (first: keyof typeof read, second: keyof typeof read) => {
      const store = new MemoryEventStore();
      await run(store, first);
      return [await run(store, second), await run(store, second)];
    };
    const here = await again('here', 'here');
    expect(await again('here', 'by a thread')).toEqual(here);
    expect(await again('by a thread', 'here')).toEqual(here);
    expect(await again('by a thread', 'by a thread')).toEqual(here);
    // There is a calendar now for what came too early.
    expect(here[0]?.totals).toMatchObject([{ recorded: 1, duplicate: 10 }]);
    expect(here[1]?.totals).toMatchObject([{ recorded: 0, duplicate: 11 }]);
  });

  it('are refused the same where nothing is recorded unless all of it is', async () => {
    const mode = { mode: 'atomic' } as const;
    const here = await run(new MemoryEventStore(), 'here', mode);
    expect(await run(new MemoryEventStore(), 'by a thread', mode)).toEqual(here);
    expect(here.isRecorded).toBe(false);
  });
});
