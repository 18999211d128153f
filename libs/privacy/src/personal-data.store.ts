import {
  EventStore,
  type Append,
  type Appended,
  type Context,
  type ExpectedRevision,
  type NewEvent,
  type ReadOptions,
  type RecordedEvent,
  type StoredEvent,
} from '#event-store';
import { canonicalJson } from '#kernel';
import { apart, forgotten, together, type PayeeForgotten, type Personal } from '#payees';
import type { SetPolicy } from '#periods';
import type { PayeeKey, PayeeKeys } from './payee-keys.postgres.js';
import { openText, sealText } from './seal-text.crypto.js';

/** The name of a payee whose key is not here: in a copy of the log that was made without keys. */
export const SEALED = 'Sealed payee';

const PAYEE = 'payee-';
const POLICIES = 'policy-company';
/** From this version of the data's shape on, what is personal stands sealed in the field `sealed`. */
const SEALED_VERSION = 2;

type Keys = ReadonlyMap<string, PayeeKey>;

const isPayee = (stream: string): boolean => stream.startsWith(PAYEE);
const payeeOf = (stream: string): string => stream.slice(PAYEE.length);
const describes = (type: string): boolean => type === 'PayeeAdded' || type === 'PayeeChanged';

const markedIn = (events: readonly { readonly type: string; readonly data: object }[]): string[] =>
  events.flatMap(({ type, data }) =>
    type === 'PolicySet' ? ((data as SetPolicy).personalAttributes ?? []) : [],
  );

const hasPersonal = ({ stream, events }: Append): boolean =>
  isPayee(stream) && events.some(({ type }) => describes(type));

const sealed = (
  append: Append,
  event: NewEvent,
  at: number,
  marked: ReadonlySet<string>,
  keys: Keys,
): NewEvent => {
  const { stream, expectedRevision: expected } = append;
  const { type } = event;
  if (!describes(type)) return event;
  const { personal, rest } = apart(event.data as Personal, marked);
  if (Object.keys(personal).length === 0) return event;
  const known = keys.get(payeeOf(stream));
  if (!known || !('key' in known))
    throw new Error(`The personal data of ${stream} was forgotten: none can be recorded.`);
  const revision = typeof expected === 'bigint' ? expected + 1n + BigInt(at) : `${expected} ${at}`;
  const text = sealText(known.key, { stream, type }, String(revision), canonicalJson(personal));
  const { json: _, ...said } = event;
  return { ...said, schemaVersion: SEALED_VERSION, data: { ...rest, sealed: text } };
};

/** An event as rules and followers know it: what was sealed is read, or gone. */
const opened = (event: RecordedEvent, keys: Keys): RecordedEvent => {
  const { stream, type, schemaVersion } = event;
  if (!isPayee(stream) || !describes(type)) return event;
  const known = keys.get(payeeOf(stream));
  const isForgotten = known !== undefined && 'forgotten' in known;
  if (schemaVersion < SEALED_VERSION) {
    // It was recorded before personal data was sealed.
    if (!isForgotten) return event;
    return { ...event, data: forgotten(event.data as Personal, known.forgotten.attributes) };
  }
  const { sealed: text, ...rest } = event.data as { readonly sealed: string };
  const nobody = type === 'PayeeAdded' ? { name: SEALED } : {};
  if (isForgotten) return { ...event, data: forgotten({ ...nobody, ...rest }, []) };
  const said = known && openText(known.key, { stream, type }, text);
  return {
    ...event,
    data:
      said === undefined ? { ...nobody, ...rest } : together(JSON.parse(said) as Personal, rest),
  };
};

/**
 * The log, with the personal data of payees sealed on its way in and opened on its way out: rules,
 * the calculation and everybody who reads events never see that it is sealed, and everybody who
 * hashes or copies the log only ever sees that. Reading or recording that a payee is forgotten
 * destroys his key.
 */
export class PersonalDataStore extends EventStore {
  constructor(
    private readonly log: EventStore,
    private readonly keys: PayeeKeys,
  ) {
    super();
  }

  async append(
    stream: string,
    events: readonly NewEvent[],
    expectedRevision: ExpectedRevision,
    context: Context,
  ): Promise<Appended> {
    if (!isPayee(stream)) return this.log.append(stream, events, expectedRevision, context);
    const [append] = await this.seal([{ stream, events, expectedRevision, context }]);
    const said = (append as Append).events;
    const appended = await this.log.append(stream, said, expectedRevision, context);
    await this.destroyFor([{ stream, events }]);
    return appended;
  }

  async appendMany(appends: readonly Append[]): Promise<bigint> {
    const position = await this.log.appendMany(await this.seal(appends));
    await this.destroyFor(appends);
    return position;
  }

  async read(stream: string): Promise<readonly RecordedEvent[]> {
    return this.open(await this.log.read(stream));
  }

  async readMany(
    streams: readonly string[],
  ): Promise<ReadonlyMap<string, readonly RecordedEvent[]>> {
    const found = await this.log.readMany(streams);
    if (!streams.some(isPayee)) return found;
    const events = await this.open([...found.values()].flat());
    const byStream = new Map<string, RecordedEvent[]>([...found.keys()].map((name) => [name, []]));
    for (const event of events) byStream.get(event.stream)?.push(event);
    return byStream;
  }

  async *readAll(
    after: bigint,
    options: ReadOptions = {},
  ): AsyncGenerator<readonly RecordedEvent[]> {
    // Whoever looks at this log as if it ended earlier says so in its head.
    const upTo = options.upTo ?? (await this.head());
    for await (const page of this.log.readAll(after, { ...options, upTo }))
      yield await this.open(page);
  }

  readStored(after: bigint, options?: ReadOptions): AsyncIterable<readonly StoredEvent[]> {
    return this.log.readStored(after, options);
  }

  override readLines(after: bigint, upTo?: bigint): AsyncGenerator<readonly Buffer[]> {
    return this.log.readLines(after, upTo);
  }

  grown(after: bigint, signal: AbortSignal): Promise<void> {
    return this.log.grown(after, signal);
  }

  head(): Promise<bigint> {
    return this.log.head();
  }

  override close(): Promise<void> {
    return this.log.close();
  }

  private async seal(appends: readonly Append[]): Promise<readonly Append[]> {
    const personal = appends.filter(hasPersonal);
    if (personal.length === 0) return appends;
    const policies = appends.filter(({ stream }) => stream === POLICIES);
    const marked = new Set([
      ...markedIn(await this.log.read(POLICIES)),
      ...policies.flatMap(({ events }) => markedIn(events)),
    ]);
    const keys = await this.keys.made([...new Set(personal.map(({ stream }) => payeeOf(stream)))]);
    return appends.map((append) =>
      hasPersonal(append)
        ? {
            ...append,
            events: append.events.map((one, at) => sealed(append, one, at, marked, keys)),
          }
        : append,
    );
  }

  private async open(page: readonly RecordedEvent[]): Promise<readonly RecordedEvent[]> {
    const streams = new Set(page.map(({ stream }) => stream).filter(isPayee));
    if (streams.size === 0) return page;
    const payees = [...streams].map(payeeOf);
    let keys = await this.keys.of(payees);
    const late = page.filter(({ type, stream }) => {
      const known = keys.get(payeeOf(stream));
      return type === 'PayeeForgotten' && !(known && 'forgotten' in known);
    });
    if (late.length > 0) {
      await this.destroyFor(late.map(({ stream, ...event }) => ({ stream, events: [event] })));
      keys = await this.keys.of(payees);
    }
    return page.map((event) => opened(event, keys));
  }

  // Whoever recorded it may have died before the key was destroyed; a key may come back with a backup.
  private async destroyFor(
    appends: readonly { readonly stream: string; readonly events: readonly NewEvent[] }[],
  ): Promise<void> {
    for (const { stream, events } of appends) {
      const fact = isPayee(stream) && events.find(({ type }) => type === 'PayeeForgotten');
      if (!fact) continue;
      const positions = (await this.log.read(stream)).map(({ position }) => position);
      await this.keys.destroy(payeeOf(stream), (fact.data as PayeeForgotten).attributes, positions);
    }
  }
}
