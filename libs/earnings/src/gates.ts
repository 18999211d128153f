import type { Exact } from '#kernel';
import type { CompiledGate } from './compile.js';
import { areDistinct, merged, negatedLine, type RawLine } from './raw-line.js';

/** Whether a gate is met at a running attainment. */
export const isMet = (gate: CompiledGate, attainment: Exact): boolean =>
  gate.inclusive ? attainment.atLeast(gate.least) : attainment.compare(gate.least) > 0;

// A cancellation is a credit of its own, also on the day of the booking: instalments are its alone.
const sameLine = ({ entry, what }: RawLine): string =>
  entry
    ? `${entry.on} ${entry.line} ${entry.kind} ${entry.payee} ${entry.cancellation ? 'cancelled' : ''}`
    : (what ?? '');

const isNothing = ({ amount }: RawLine): boolean => amount.isZero;

/** Lines of the same credit as one, in their first order; those that come to nothing left out. */
export const consolidated = (lines: readonly RawLine[], trace: boolean): readonly RawLine[] => {
  // Mostly each line is of a credit of its own, and there is nothing to bring together.
  if (areDistinct(lines)) {
    return lines.some(isNothing) ? lines.filter((line) => !isNothing(line)) : lines;
  }
  const groups = new Map<string, RawLine[]>();
  for (const line of lines) {
    const key = `${line.deal}\u0000${sameLine(line)}`;
    const group = groups.get(key);
    if (group) group.push(line);
    else groups.set(key, [line]);
  }
  const whole = [...groups.values()].map((group) => merged(group, trace));
  return whole.filter((line) => !isNothing(line));
};

/**
 * Holds back what a window earns until its gates are met. What is due changes only when it is
 * judged: meeting a gate pays from the first unit, falling below again takes all back.
 */
export class Gatekeeper {
  private readonly accrued: RawLine[] = [];
  private open: boolean;

  constructor(
    gated: readonly CompiledGate[],
    /** Whether any version of the component has a gate: only then must it be known what came. */
    private readonly mayShut: boolean,
    private readonly trace: boolean,
  ) {
    this.open = gated.every((gate) => gate.pay);
  }

  /** Whether what is earned is due at present. */
  get isOpen(): boolean {
    return this.open;
  }

  /** The lines that are due in a month; `judged` is the verdict, if it is given in this month. */
  due(lines: readonly RawLine[], judged: boolean | undefined): readonly RawLine[] {
    if (!this.mayShut) return lines;
    const before = this.open;
    if (judged !== undefined) this.open = judged;
    const earlier = this.accrued.length;
    for (const line of lines) this.accrued.push(line);
    if (before && this.open) return lines;
    if (!before && !this.open) return [];
    if (this.open) return consolidated(this.accrued, this.trace);
    return consolidated(this.accrued.slice(0, earlier), this.trace).map((line) =>
      negatedLine(line, 'gate no longer met', this.trace),
    );
  }
}
