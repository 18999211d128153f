import { createHash, type Hash } from 'node:crypto';
import type { Append, Context, EventStore, StoredEvent } from './event-store.js';
import { lineOf } from './line.js';

const PAGE = 2000;
/** Far less than any log takes at once, with what it needs beside the text. */
const APPEND_CHARACTERS = 128 * 1024;

/** Two logs that should be equal are not: `position` is the first that differs. */
export class LogsDiffer extends Error {
  override readonly name = 'LogsDiffer';

  constructor(
    readonly position: bigint,
    says: string,
  ) {
    super(`The logs differ at position ${position}: ${says}.`);
  }
}

/** What a copy came to. */
export interface Copied {
  /** Events that both logs hold, byte for byte, in the same order. */
  readonly events: bigint;
  /** Of these, those that were recorded in the copy just now. */
  readonly copied: bigint;
  /** Over the stored bytes of all of them, a line each; the same events give the same in every log. */
  readonly sha256: string;
}

export interface CopyOptions {
  /** Only compares, and copies nothing. */
  readonly check?: boolean;
  readonly progress?: (position: bigint, head: bigint) => void;
}

/**
 * Records in `to` whatever `from` holds and it does not, and compares all of it, read back, byte for byte. Goes on until
 * it has reached the end of `from`, which may be written to meanwhile; run again, it copies only what is new. Throws
 * `LogsDiffer` where `to` holds anything else.
 */
export const copyLog = async (
  from: EventStore,
  to: EventStore,
  { check = false, progress }: CopyOptions = {},
): Promise<Copied> => {
  const hash = createHash('sha256');
  const there = await to.head();
  let head = await from.head();
  if (there > head) throw new LogsDiffer(head + 1n, 'only the copy has an event there');
  const said = (position: bigint): void => progress?.(position, head);
  await compare(from, to, { after: 0n, upTo: there }, hash, said);
  if (check && there < head) throw new LogsDiffer(there + 1n, 'the copy ends before it');
  let reached = there;
  while (reached < head) {
    for await (const page of from.readStored(reached, { upTo: head, pageSize: PAGE })) {
      await to.appendMany(appendsOf(page));
      const upTo = reached + BigInt(page.length);
      await compare(from, to, { after: reached, upTo }, hash, said);
      reached = upTo;
    }
    head = await from.head();
  }
  return { events: reached, copied: reached - there, sha256: hash.digest('hex') };
};

/**
 * Events that follow each other in one stream, said by the same command, stay one append unless they are many: where they
 * come from no limit may have held, and where they go nobody decides on half of them.
 */
const appendsOf = (page: readonly StoredEvent[]): Append[] => {
  const appends: Append[] = [];
  let before: StoredEvent | undefined;
  let size = 0;
  for (const event of page) {
    const { id, type, schemaVersion, stream, revision, meta } = event;
    const one = { id, type, schemaVersion, data: JSON.parse(event.data) as object };
    const last = appends.at(-1);
    size += event.data.length + meta.length;
    const isTogether = before?.stream === stream && before.meta === meta;
    if (last && isTogether && size <= APPEND_CHARACTERS)
      appends[appends.length - 1] = { ...last, events: [...last.events, one] };
    else {
      size = event.data.length + meta.length;
      appends.push({
        stream,
        events: [one],
        expectedRevision: revision === 0n ? 'none' : revision - 1n,
        context: JSON.parse(meta) as Context,
      });
    }
    before = event;
  }
  return appends;
};

const compare = async (
  from: EventStore,
  to: EventStore,
  { after, upTo }: { readonly after: bigint; readonly upTo: bigint },
  hash: Hash,
  said: (position: bigint) => void,
): Promise<void> => {
  if (upTo <= after) return;
  const copies = linesOf(to, after, upTo);
  let position = after;
  for await (const line of linesOf(from, after, upTo)) {
    position += 1n;
    const copy = await copies.next();
    if (copy.done) throw new LogsDiffer(position, 'the copy has no event there');
    if (copy.value !== line) throw new LogsDiffer(position, 'the copy has another event there');
    hash.update(line).update('\n');
    if (position % BigInt(PAGE) === 0n || position === upTo) said(position);
  }
};

async function* linesOf(store: EventStore, after: bigint, upTo: bigint): AsyncGenerator<string> {
  for await (const page of store.readStored(after, { upTo, pageSize: PAGE }))
    for (const event of page) yield lineOf(event);
}
