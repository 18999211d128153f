/** What a payee would earn by a component, and what he earns as things stand. */
export interface Difference {
  readonly payee: string;
  readonly component: string;
  readonly currency: string;
  /** In minor units: earnings and adjustments of the months asked about. */
  readonly before: bigint;
  readonly after: bigint;
}

/** What all whom a simulation concerns earn in a currency, as things stand and with its steps; in minor units. */
export interface Cost {
  readonly currency: string;
  readonly before: bigint;
  readonly after: bigint;
}

/** How many payees' earnings change by how much of what they were. */
export interface Band {
  readonly change: string;
  readonly payees: number;
}

/** What a plan's owner asks first of a change: what it costs, whom it helps and hurts, and by how much. */
export interface SimulationSummary {
  /** Whose earnings were calculated, because a step concerns them. */
  readonly payees: number;
  readonly winners: number;
  readonly losers: number;
  readonly cost: readonly Cost[];
  readonly distribution: readonly Band[];
}

interface Change {
  readonly before: bigint;
  readonly after: bigint;
}

// In percent of what was earned before; whoever earned nothing, or owed, is beyond the last.
const EDGES = [5n, 10n, 25n];

const bandOf = ({ before, after }: Change): string => {
  if (before === after) return 'unchanged';
  const [verb, change] = after > before ? ['gain', after - before] : ['lose', before - after];
  const edge = before > 0n ? EDGES.find((percent) => change * 100n <= before * percent) : undefined;
  return edge === undefined ? `${verb} more than ${EDGES.at(-1)}%` : `${verb} up to ${edge}%`;
};

const BANDS = [
  `lose more than ${EDGES.at(-1)}%`,
  ...EDGES.toReversed().map((edge) => `lose up to ${edge}%`),
  'unchanged',
  ...EDGES.map((edge) => `gain up to ${edge}%`),
  `gain more than ${EDGES.at(-1)}%`,
];

/** Sums up a simulation of some payees; a payee who earns in two currencies is counted in each. */
export const summaryOf = (
  payees: number,
  cost: readonly Cost[],
  differences: readonly Difference[],
  earnedBefore: ReadonlyMap<string, bigint>,
): SimulationSummary => {
  const changes = new Map<string, Change>();
  for (const { payee, currency, before, after } of differences) {
    const key = `${payee}\n${currency}`;
    const known = changes.get(key)?.after ?? earnedBefore.get(key) ?? 0n;
    changes.set(key, { before: earnedBefore.get(key) ?? 0n, after: known + after - before });
  }
  const bands = [...changes.values()].map(bandOf);
  const changed = new Set(differences.map(({ payee }) => payee)).size;
  const count = (band: string): number => bands.filter((one) => one === band).length;
  const starting = (verb: string): number => bands.filter((band) => band.startsWith(verb)).length;
  return {
    payees,
    winners: starting('gain'),
    losers: starting('lose'),
    cost,
    distribution: BANDS.map((change) => ({
      change,
      payees: count(change) + (change === 'unchanged' ? payees - changed : 0),
    })),
  };
};
