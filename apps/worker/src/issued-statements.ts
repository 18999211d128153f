import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { canonicalJson, refuse } from '#kernel';
import type { IssuedContent, IssueStatement, StatementEvent } from '#disputes';
import type { EventStore } from '#event-store';
import type { AddPayee } from '#payees';
import { statementContent, type Statement } from '#statements';
import { CALCULATION_VERSION } from './commitments.js';
import type { PinSources } from './dispute-statement.js';
import { periodNamed, statementAt } from './statements.js';

/** A statement that was issued to a payee. */
export interface Issued {
  readonly payee: string;
  readonly period: string;
  /** Names its content, which the log keeps to the byte. */
  readonly sha256: string;
  /** The log position at which it was read. */
  readonly position: number;
  readonly issued: { readonly by: string; readonly recorded: string };
  readonly acknowledged?: {
    readonly by: string;
    readonly recorded: string;
    readonly text?: string;
  };
}

/** The words of a statement as they were kept. */
export const inflated = (content: string): string =>
  inflateRawSync(Buffer.from(content, 'base64')).toString('utf8');

/** Names the words of a statement. */
export const sha256 = (content: string): string =>
  createHash('sha256').update(content).digest('hex');

/** The words of a statement to issue, as it is now; undefined where the payee or the calendar is not known. */
export const issuedContent = async (
  from: PinSources,
  { payee, period: name }: IssueStatement,
): Promise<IssuedContent | undefined> => {
  const book = await from.book();
  if (!book.hasCalendar || !book.payee(payee)) return undefined;
  const period = periodNamed(book, name);
  const position = await from.catchUp();
  if (period.last > ((await from.ledger.through()) ?? -Infinity)) {
    refuse(
      'PeriodNotCalculated',
      `Nothing is recorded in or after ${name} yet: there is no statement to issue.`,
    );
  }
  const content = statementContent(
    await statementAt(from, { payee, period: name, asOf: position }),
  );
  return {
    position: Number(position),
    sha256: sha256(content),
    content: deflateRawSync(content, { level: 9 }).toString('base64'),
    calculation: CALCULATION_VERSION,
  };
};

type Kept = Issued & { readonly content: string };

const keptOf = async (store: EventStore, payee: string): Promise<Kept[]> => {
  const kept: Kept[] = [];
  for (const { type, data, meta } of await store.read(`statement-${payee}`)) {
    const event = { type, data } as StatementEvent;
    const said = { by: event.data.by, recorded: meta.recorded };
    if (event.type === 'StatementIssued') {
      const { period, sha256: name = '', position = 0, content = '' } = event.data;
      kept.push({ payee, period, sha256: name, position, issued: said, content });
      continue;
    }
    const { period, sha256: seen, text } = event.data;
    const at = kept.findLastIndex((one) => one.period === period && one.sha256 === seen);
    if (at >= 0)
      kept[at] = {
        ...(kept[at] as Kept),
        acknowledged: { ...said, ...(text !== undefined && { text }) },
      };
  }
  return kept;
};

/** The statements that were issued to a payee for a period, the latest last. */
export const issuedStatementsOf = async (
  store: EventStore,
  payee: string,
  period: string,
): Promise<Issued[]> =>
  (await keptOf(store, payee))
    .filter((one) => one.period === period)
    .map(({ content: _, ...issued }) => issued);

/** A statement as it was issued: its content to the byte, and what it says. */
export interface IssuedStatement extends Issued {
  readonly content: string;
  readonly statement: Statement;
}

/** What an issued statement says, without the name that was among it once. */
export const unnamed = (content: string): string => {
  const { name, ...says } = JSON.parse(content) as Partial<Statement>;
  return name === undefined ? content : canonicalJson(says);
};

const nameOf = async (store: EventStore, payee: string): Promise<string> => {
  const [added] = await store.read(`payee-${payee}`);
  return (added?.data as AddPayee | undefined)?.name ?? '';
};

/** An issued statement by its hash, or the latest one of the period; refused where there is none. */
export const issuedStatement = async (
  store: EventStore,
  payee: string,
  period: string,
  hash?: string,
): Promise<IssuedStatement> => {
  const found = (await keptOf(store, payee)).findLast(
    (one) => one.period === period && (hash ?? one.sha256) === one.sha256,
  );
  if (!found) {
    return refuse(
      'StatementNotIssued',
      `No ${hash === undefined ? '' : 'such '}statement of ${period} was issued to "${payee}".`,
    );
  }
  const content = inflated(found.content);
  if (sha256(content) !== found.sha256)
    throw new Error(`The statement ${found.sha256} of "${payee}" is not what was issued.`);
  const printed = (JSON.parse(content) as Partial<Statement>).name;
  const says = unnamed(content);
  const name = await nameOf(store, payee);
  // Once the name was among what was issued; where it is forgotten, it is taken out.
  const isHis = printed === undefined || printed === name;
  const statement = { ...(JSON.parse(says) as Statement), name, position: found.position };
  return { ...found, content: isHis ? content : says, statement };
};
