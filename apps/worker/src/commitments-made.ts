import { canonicalJson } from '#kernel';
import { rootOfLines } from '#audit';
import type { Book, Fact } from '#crediting';
import type { IssuedContent, IssueStatement } from '#disputes';
import type { RecordedEvent } from '#event-store';
import type { DraftPayout } from '#payouts';
import type { ClosePeriod } from '#periods';
import type { Closed } from './commitments.js';
import type { PaidTo, Pinned } from './payouts.js';

/** A fiscal month that was closed. */
export interface ClosedMonth {
  readonly kind: 'period';
  readonly name: string;
  /** The log position at which its figures were read. */
  readonly at: number;
  /** Nothing but the position where it was made before roots were. */
  readonly made: Partial<Closed>;
  readonly month: number;
}

/** A payout that was drafted, and the root hashes that its later steps named. */
export interface DraftedPayout {
  readonly kind: 'payout';
  readonly name: string;
  readonly at: number;
  readonly made: Partial<Pinned> & { readonly calculation?: number };
  readonly draft: DraftPayout;
  readonly steps: readonly Fact<{ readonly root?: string }>[];
}

/** A statement that was issued to a payee. */
export interface GivenStatement {
  readonly kind: 'statement';
  /** `ana FY2026-M01` */
  readonly name: string;
  readonly at: number;
  /** Without a version where it was made before versions were named. */
  readonly made: { readonly sha256?: string; readonly calculation?: number };
  readonly payee: string;
  readonly period: string;
  /** Its words, deflated, in base64. */
  readonly content: string;
}

/** What somebody committed to. */
export type Commitment = ClosedMonth | DraftedPayout | GivenStatement;

const closedMonth = (book: Book, { data, position }: Fact): ClosedMonth => {
  const made = data as ClosePeriod & Partial<Closed>;
  const month = book.calendar.period(made.period).first;
  return { kind: 'period', name: made.period, at: made.position ?? position, made, month };
};

const draftedPayout = ([first, ...steps]: readonly Fact[]): DraftedPayout[] => {
  if (!first) return [];
  const made = first.data as DraftPayout & Partial<Pinned>;
  const at = made.position ?? first.position - 1;
  return [
    {
      kind: 'payout',
      name: made.id,
      at,
      made,
      draft: made,
      steps: steps as DraftedPayout['steps'],
    },
  ];
};

/** The statements that were issued to a payee, by the events of their stream up to a position. */
export const statementsIn = (
  events: readonly Pick<RecordedEvent, 'type' | 'data' | 'position'>[],
  upTo: bigint,
): GivenStatement[] =>
  events.flatMap(({ type, data, position }) => {
    if (type !== 'StatementIssued' || position > upTo) return [];
    const issued = data as IssueStatement & Partial<IssuedContent>;
    const { payee, period, content = '', position: at = Number(position) - 1 } = issued;
    return [
      { kind: 'statement', name: `${payee} ${period}`, at, made: issued, payee, period, content },
    ];
  });

/** Every closing and payout that a book knows, in the order of the positions at which they were made. */
export const commitmentsIn = (book: Book): (ClosedMonth | DraftedPayout)[] => {
  if (!book.hasCalendar) return [];
  const months = book.facts('period-company').map((fact) => closedMonth(book, fact));
  const payouts = book.idsOf('payout').flatMap((id) => draftedPayout(book.facts(`payout-${id}`)));
  return [...months, ...payouts].sort((a, b) => a.at - b.at);
};

/** A figure that is not what was committed; undefined where one side has none. */
export interface Unlike {
  readonly figure: string;
  readonly committed?: string;
  readonly recomputed?: string;
}

const keyOf = ({ payee, currency }: PaidTo): string => `${payee} ${currency}`;

const unlikeIn = (was: ReadonlyMap<string, string>, is: ReadonlyMap<string, string>): Unlike[] => {
  const keys = [...new Set([...was.keys(), ...is.keys()])].sort();
  return keys
    .filter((key) => was.get(key) !== is.get(key))
    .map((figure) => {
      const [committed, recomputed] = [was.get(figure), is.get(figure)];
      return {
        figure,
        ...(committed !== undefined && { committed }),
        ...(recomputed !== undefined && { recomputed }),
      };
    });
};

const leavesOf = (value: unknown, name: string, found: Map<string, string>): void => {
  if (typeof value !== 'object' || value === null) {
    found.set(name, String(value));
    return;
  }
  for (const [key, one] of Object.entries(value))
    leavesOf(one, Array.isArray(value) ? `${name}[${key}]` : name ? `${name}.${key}` : key, found);
};

/** The values of two JSON texts that differ, by their paths. */
export const unlikeContents = (committed: string, recomputed: string): Unlike[] => {
  const [was, is] = [new Map<string, string>(), new Map<string, string>()];
  leavesOf(committed === '' ? {} : JSON.parse(committed), '', was);
  leavesOf(recomputed === '' ? {} : JSON.parse(recomputed), '', is);
  return unlikeIn(was, is);
};

/** The amounts of two lists that differ, by payee and currency. */
export const unlikeAmounts = (
  committed: readonly PaidTo[],
  recomputed: readonly PaidTo[],
): Unlike[] => {
  const [was, is] = [committed, recomputed].map(
    (list) => new Map(list.map((item) => [keyOf(item), item.amount])),
  ) as [Map<string, string>, Map<string, string>];
  return unlikeIn(was, is);
};

/** The figures of one list that the other does not have. */
export const unlikeFigures = (
  committed: readonly string[],
  recomputed: readonly string[],
): Unlike[] => {
  const [was, is] = [new Set(committed), new Set(recomputed)];
  return [
    ...committed
      .filter((figure) => !is.has(figure))
      .map((figure) => ({ figure, committed: figure })),
    ...recomputed
      .filter((figure) => !was.has(figure))
      .map((figure) => ({ figure, recomputed: figure })),
  ];
};

/** What is wrong with a payout by itself, whatever the facts are: its lines have another root, or a step names one. */
export const contradictionsIn = ({
  made: { root, totals = [] },
  steps,
}: DraftedPayout): string[] => {
  const own = rootOfLines(totals.map(canonicalJson));
  return [
    ...(own === root ? [] : ['its amounts do not have the root hash that it names']),
    ...steps
      .filter(({ data }) => data.root !== undefined && data.root !== root)
      .map(({ type, position }) => `${type} at position ${position} names another root hash`),
  ];
};
