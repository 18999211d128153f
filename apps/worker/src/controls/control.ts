import type { Fact } from '#crediting';

/** The log positions that a control looks at, inclusive. */
export interface Span {
  readonly from: bigint;
  readonly to: bigint;
}

/** One finding: text for each column; `exception` says what an auditor should ask about, and is empty where all is well. */
export type Finding = Readonly<Record<string, string>> & { readonly exception: string };

/** What a control came to. */
export interface ControlReport {
  readonly columns: readonly string[];
  readonly findings: readonly Finding[];
}

/** Whether a fact was recorded in a span. */
export const isWithin = ({ position }: Pick<Fact, 'position'>, { from, to }: Span): boolean =>
  from <= BigInt(position) && BigInt(position) <= to;

/** Several answers in one column, each once, in order. */
export const listed = (items: Iterable<string>): string => [...new Set(items)].sort().join('; ');

/** The exceptions that hold, in one text. */
export const exceptions = (found: Readonly<Record<string, boolean>>): string =>
  Object.entries(found)
    .filter(([, holds]) => holds)
    .map(([says]) => says)
    .join('; ');
