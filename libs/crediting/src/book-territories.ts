import { compileRule, dayOf, Exact } from '#kernel';
import type { AssignTerritory, DefineTerritory, MoveAccount, RegisterAccount } from '#territories';
import type { Fact } from './fact.js';

/** An explicit assignment of an account to a territory, from a day on. */
export interface Move {
  readonly position: number;
  readonly on: number;
  readonly to: string;
  readonly holdover?: { readonly until: number; readonly share: Exact };
}

/** A customer; one that is not registered yet has no name and no attributes. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** In order of their days. */
  readonly moves: readonly Move[];
  readonly positions: readonly number[];
}

/** Who covers a territory; days inclusive. */
export interface Coverage {
  readonly position: number;
  readonly payee: string;
  readonly role: 'owner' | 'overlay';
  readonly share: Exact;
  readonly from: number;
  readonly to: number;
}

/** A node of the territory tree. */
export interface Territory {
  readonly position: number;
  readonly id: string;
  readonly parent?: string;
  readonly priority: number;
  /** Whether the rule matches an account; a territory without a rule matches none. */
  readonly matches: (account: Account) => boolean;
  readonly coverage: readonly Coverage[];
}

const moveOf = (fact: Fact): Move => {
  const { on, to, holdover } = fact.data as MoveAccount;
  return {
    position: fact.position,
    on: dayOf(on),
    to,
    ...(holdover && {
      holdover: { until: dayOf(holdover.until), share: Exact.from(holdover.share ?? '1') },
    }),
  };
};

const NO_MOVES: readonly Move[] = [];
const NO_POSITIONS: readonly number[] = [];
const NO_ATTRIBUTES: Account['attributes'] = {};

/** An account of which nothing is recorded. */
export const unknownAccount = (id: string): Account => ({
  id,
  name: '',
  attributes: NO_ATTRIBUTES,
  moves: NO_MOVES,
  positions: NO_POSITIONS,
});

/** The account as its facts describe it; account attributes have no history. */
export const foldAccount = (id: string, facts: readonly Fact[]): Account => {
  const registrations = facts.filter((fact) => fact.type === 'AccountRegistered');
  const last = registrations[registrations.length - 1]?.data as RegisterAccount | undefined;
  const moves = facts.filter((fact) => fact.type === 'AccountMoved').map(moveOf);
  return {
    id,
    name: last?.name ?? '',
    attributes: last?.attributes ?? {},
    moves: [...new Map(moves.map((move) => [move.on, move])).values()].sort((a, b) => a.on - b.on),
    positions: facts.map((fact) => fact.position),
  };
};

const coverageOf = (fact: Fact): Coverage => {
  const { payee, role, share, from, to } = fact.data as AssignTerritory;
  return {
    position: fact.position,
    payee,
    role,
    share: Exact.from(share ?? '1'),
    from: dayOf(from),
    to: to === undefined ? Infinity : dayOf(to),
  };
};

/** The territory that the facts of its stream describe. */
export const foldTerritory = (facts: readonly Fact[]): Territory | undefined => {
  const definitions = facts.filter((fact) => fact.type === 'TerritoryDefined');
  const last = definitions[definitions.length - 1];
  if (!last) return undefined;
  const { id, parent, priority, rule } = last.data as DefineTerritory;
  const coverage = facts.filter((fact) => fact.type === 'TerritoryAssigned').map(coverageOf);
  const key = (item: Coverage): string => `${item.payee} ${item.role} ${item.from}`;
  const matches = rule === undefined ? (): boolean => false : compileRule(rule);
  return {
    position: last.position,
    id,
    ...(parent !== undefined && { parent }),
    priority: priority ?? 0,
    matches: (account) => matches({ account }),
    coverage: [...new Map(coverage.map((item) => [key(item), item])).values()],
  };
};

const depthOf = (territory: Territory, all: ReadonlyMap<string, Territory>): number => {
  let depth = 0;
  let node = all.get(territory.parent ?? '');
  // The bound ends the walk where parents form a ring; publication refuses one.
  for (; node && depth <= all.size; node = all.get(node.parent ?? '')) depth += 1;
  return depth;
};

/** The territory whose rule matches: the highest priority, then the deepest, then the lowest id. */
export const matchingTerritory = (
  account: Account,
  territories: readonly Territory[],
): Territory | undefined => {
  const all = new Map(territories.map((territory) => [territory.id, territory]));
  const [best] = territories
    .filter((territory) => territory.matches(account))
    .map((territory) => ({ territory, depth: depthOf(territory, all) }))
    .sort(
      (a, b) =>
        b.territory.priority - a.territory.priority ||
        b.depth - a.depth ||
        (a.territory.id < b.territory.id ? -1 : 1),
    );
  return best?.territory;
};
