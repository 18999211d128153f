import { escaped, unescaped } from './copy-text.js';

/** What is stored of an event: a `StoredEvent`, field by field. */
interface Stored {
  readonly position: bigint;
  readonly stream: string;
  readonly revision: bigint;
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: string;
  readonly meta: string;
}

/**
 * All that is stored of an event as one line of text: its fields with tabs between them, escaped as PostgreSQL's
 * COPY does. Different events give different lines, the same event gives the same bytes whatever log holds it.
 */
export const lineOf = (event: Stored): string =>
  [
    event.position,
    escaped(event.stream),
    event.revision,
    event.id,
    escaped(event.type),
    event.schemaVersion,
    escaped(event.data),
    escaped(event.meta),
  ].join('\t');

/** The event that a line speaks of; undefined where the text is no such line. */
export const eventOfLine = (line: string): Stored | undefined => {
  const fields = line.split('\t').map(unescaped);
  const [position, stream, revision, id, type, schemaVersion, data, meta] = fields;
  if (fields.length !== 8 || !/^-?\d+$/.test(`${position}`) || !/^-?\d+$/.test(`${revision}`)) {
    return undefined;
  }
  return {
    position: BigInt(position as string),
    stream: stream as string,
    revision: BigInt(revision as string),
    id: id as string,
    type: type as string,
    schemaVersion: Number(schemaVersion),
    data: data as string,
    meta: meta as string,
  };
};
