import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Book } from '#crediting';
import {
  eventOfLine,
  lineOf,
  MemoryEventStore,
  PostgresEventStore,
  type Context,
  type EventStore,
  type RecordedEvent,
  type StoredEvent,
} from '#event-store';
import { canonicalJson, dayOf, formatDay, type DomainEvent } from '#kernel';
import { calculate } from '#ledger';
import { PayeeKeys, PersonalDataStore } from '#privacy';
import {
  commandTable,
  decideCommand,
  handlerOf,
  readCommand,
  readScenario,
  World,
} from '#scenarios';
import { factOf } from '#statements';
import { freshDatabase } from '#testing';
import { OpenCompany } from '../apps/worker/src/company.js';
import { issuedStatementsOf } from '../apps/worker/src/issued-statements.js';
import { WALK, type WalkStep } from './events/walk.js';

// Every event that was ever recorded is read for ever. `events/<type>.tsv` holds an example of each
// shape that its data ever had, the oldest first, as the lines that `lineOf` writes of a log.
// RECORD_EVENTS=1 adds an example of every shape that `walk.ts` records and that has none yet.

const root = path.resolve(import.meta.dirname, '..');
const folder = path.join(root, 'test/events');
// Types that nothing records any more, each by a command of the rule that still reads them.
const RETIRED: ReadonlyMap<string, string> = new Map();

// ---- What is recorded today ------------------------------------------------------------

// The examples are sealed with it: a payee's key is chance, and an example is for ever.
const KEY = Buffer.alloc(32, 7);
const PEOPLE = ['ana', 'bob', 'cy', 'max'];
let company: OpenCompany;
let keys: PayeeKeys;
let walk: readonly StoredEvent[];
/** Every type of event, by the command that leads to it. */
const recorded = new Map(RETIRED);

const withKeys = async (made: OpenCompany): Promise<OpenCompany> => {
  await made.database.pool.query(
    'insert into payee_key (payee, key) select unnest($1::text[]), $2',
    [PEOPLE, KEY],
  );
  return made;
};

const storedIn = async (store: EventStore): Promise<StoredEvent[]> => {
  const events: StoredEvent[] = [];
  for await (const page of store.readStored(0n)) events.push(...page);
  return events;
};

const take = async ({ type, data: plain, by = 'admin', ...more }: WalkStep, day: number) => {
  const reading = readCommand(type, plain);
  if (reading.faults) throw new Error(`${type}: ${JSON.stringify(reading.faults)}`);
  const { data } = reading;
  const at = `${formatDay(dayOf('2026-03-01') + day)}T09:00:00Z`;
  const { events } = await company.execute({ type, data, by, recorded: at, ...more });
  if (events.length === 0) throw new Error(`The walk's ${type} records nothing`);
  for (const event of events) recorded.set(event.type, type);
};

const filesIn = (where: string): string[] =>
  readdirSync(path.join(root, where), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => path.join(root, where, name));

// Only the commands: what is expected of them is another spec's.
const takeScenario = (file: string): void => {
  const world = new World((command, state, known) => {
    const events = decideCommand(command, state, known);
    for (const event of events) recorded.set(event.type, command.type);
    return events;
  });
  for (const step of readScenario(readFileSync(file, 'utf8')).steps)
    if (step.kind === 'command') world.execute(step);
};

// ---- The examples ----------------------------------------------------------------------

const fileOf = (type: string): string => path.join(folder, `${type}.tsv`);
const linesOf = (type: string): string[] =>
  existsSync(fileOf(type)) ? readFileSync(fileOf(type), 'utf8').split('\n').filter(Boolean) : [];
const typesInFolder = readdirSync(folder)
  .filter((name) => name.endsWith('.tsv'))
  .map((name) => path.basename(name, '.tsv'));

const exampleOf = (line: string): StoredEvent => {
  const event = eventOfLine(line);
  if (!event) throw new Error(`Not a line of the log: ${line}`);
  return event;
};

/** Every field that an event's data says, and the kind of its content. */
const fieldsOf = (value: unknown, at: string): string[] => {
  if (Array.isArray(value)) return value.flatMap((item) => fieldsOf(item, `${at}[]`));
  if (typeof value !== 'object' || value === null) return [`${at}: ${typeof value}`];
  return Object.entries(value).flatMap(([name, item]) => fieldsOf(item, `${at}.${name}`));
};
const shapeOf = ({ type, schemaVersion, data }: StoredEvent): string => {
  const fields = fieldsOf(JSON.parse(data), '');
  return [`${type} ${schemaVersion}`, ...new Set(fields)].sort().join('\n');
};

// ---- How they are read -----------------------------------------------------------------

/** The log of the walk in which an example stands in the place of the event that it is like. */
const withExample = (example: StoredEvent): { log: StoredEvent[]; at: number } => {
  const { type, stream } = example;
  const like = walk.findIndex((event) => event.type === type && event.stream === stream);
  const at = like < 0 ? walk.length : like;
  return { log: [...walk.slice(0, at), example, ...walk.slice(at + 1)], at };
};

const appended = async (store: EventStore, log: readonly StoredEvent[]): Promise<void> => {
  for (const { stream, id, type, schemaVersion, data, meta } of log) {
    const event = { id, type, schemaVersion, data: JSON.parse(data) as object, json: data };
    await store.append(stream, [event], 'any', JSON.parse(meta) as Context);
  }
};

const opened = async (log: readonly StoredEvent[]): Promise<RecordedEvent[]> => {
  const memory = new MemoryEventStore();
  await appended(memory, log);
  const events: RecordedEvent[] = [];
  for await (const page of new PersonalDataStore(memory, keys).readAll(0n)) events.push(...page);
  return events;
};

const asText = (state: unknown): string =>
  JSON.stringify(state, (_, value: unknown) =>
    value instanceof Map || value instanceof Set ? [...value] : value,
  ) ?? 'nothing';

beforeAll(async () => {
  company = await withKeys(new OpenCompany(await freshDatabase()));
  keys = new PayeeKeys(company.database);
  for (const [day, step] of WALK.entries()) await take(step, day);
  walk = await storedIn(company.store);
  await company.catchUp();
  for (const file of [...filesIn('test/scenarios'), ...filesIn('docs/plans')]) takeScenario(file);
  if (process.env['RECORD_EVENTS'] !== '1') return;
  // Only what is missing: an example that is there is never written again.
  for (const event of walk) {
    const known = linesOf(event.type).map((line) => shapeOf(exampleOf(line)));
    if (!known.includes(shapeOf(event))) appendFileSync(fileOf(event.type), `${lineOf(event)}\n`);
  }
});
afterAll(() => company.close());

describe('what the product records', () => {
  it('comes of every command of the language, in the walk', () => {
    const taken = new Set(WALK.map(({ type }) => type));
    expect(Object.keys(commandTable).filter((type) => !taken.has(type))).toEqual([]);
  });

  it('has an example of every type, and none of a type that nothing records', () => {
    expect([...typesInFolder].sort()).toEqual([...recorded.keys()].sort());
  });

  it('has an example of every shape that the walk records (RECORD_EVENTS=1 adds what is missing)', () => {
    const missing = walk.filter(
      (event) => !linesOf(event.type).some((line) => shapeOf(exampleOf(line)) === shapeOf(event)),
    );
    expect(missing.map(shapeOf)).toEqual([]);
  });
});

describe.each(typesInFolder)('%s', (type) => {
  const examples = linesOf(type).map((line, i): [number, string] => [i + 1, line]);

  it.each(examples)('line %i is written again to the byte', (_, line) => {
    const example = exampleOf(line);
    expect(lineOf(example)).toBe(line);
    expect(example.type).toBe(type);
    expect(canonicalJson(JSON.parse(example.data))).toBe(example.data);
    expect(canonicalJson(JSON.parse(example.meta))).toBe(example.meta);
  });

  it.each(examples)('line %i is read by its rule, and means something to it', async (_, line) => {
    const { log, at } = withExample(exampleOf(line));
    const events = await opened(log);
    const { decider } = handlerOf(recorded.get(type) as string);
    const { stream } = events[at] as RecordedEvent;
    const before = events.slice(0, at).filter((event) => event.stream === stream);
    const fold = (some: readonly DomainEvent[]): unknown =>
      some.reduce<unknown>((state, event) => decider.evolve(state, event), decider.initial);
    expect(asText(fold([...before, events[at] as RecordedEvent]))).not.toBe(asText(fold(before)));
    expect(asText(fold(events.filter((event) => event.stream === stream)))).not.toBe('nothing');
  });

  it.each(examples)('line %i folds into a book that can be calculated', async (_, line) => {
    const { log, at } = withExample(exampleOf(line));
    const book = Book.empty();
    const facts = (await opened(log)).map(factOf);
    for (const fact of facts) book.record(fact);
    const { sealed: _sealed, ...plain } = JSON.parse((log[at] as StoredEvent).data) as {
      sealed?: string;
    };
    expect(facts[at]?.data).toMatchObject(plain);
    // Sealed or not, what is personal is read.
    expect(book.payee('ana')).toMatchObject({ name: 'Ana Ru\u00edz', email: 'ana@mail.example' });
    expect(calculate(book, { through: 2, payouts: [] }).earnings.length).toBeGreaterThan(0);
  });
});

it('a log of nothing but the oldest examples becomes rows, payouts and statements', async () => {
  const oldest = await withKeys(new OpenCompany(await freshDatabase()));
  const log = walk.map((event) => {
    const [line] = linesOf(event.type).filter((one) => exampleOf(one).stream === event.stream);
    const isFirst = walk.find(({ type, stream }) => type === event.type && stream === event.stream);
    return line !== undefined && isFirst === event ? exampleOf(line) : event;
  });
  await appended(new PostgresEventStore(oldest.database.pool), log);
  await oldest.catchUp();
  const statusOf = async (of: OpenCompany): Promise<string[]> =>
    (await of.payouts()).map(({ id, status }) => `${id} ${status}`).sort();
  expect(await statusOf(oldest)).toEqual(await statusOf(company));
  const issued = await issuedStatementsOf(oldest.store, 'ana', 'FY2026-M01');
  expect(issued.map(({ payee, period }) => [payee, period])).toEqual([['ana', 'FY2026-M01']]);
  expect((await oldest.book()).payee('ana')).toEqual((await company.book()).payee('ana'));
  await oldest.close();
});
