import { Exact, refuse, same, type Command, type Decider } from '#kernel';
import type { AssignTerritory, DefineTerritory } from './territory.commands.js';

// ---- Events ----------------------------------------------------------------------------

/** What is known of a territory; all of it in the stream `territory-<id>`. */
export type TerritoryEvent =
  | { readonly type: 'TerritoryDefined'; readonly data: DefineTerritory }
  | { readonly type: 'TerritoryAssigned'; readonly data: AssignTerritory };

// ---- Commands --------------------------------------------------------------------------

/** What can be said about a territory. */
export type TerritoryCommand =
  Command<'define-territory', DefineTerritory> | Command<'assign-territory', AssignTerritory>;

// ---- State -----------------------------------------------------------------------------

/** A territory as far as its rules ask: what it is, and who covers it when. */
export interface Territory {
  readonly defined: DefineTerritory;
  readonly assignments: ReadonlyMap<string, AssignTerritory>;
}

// ---- Rules -----------------------------------------------------------------------------

const keyOf = ({ payee, role, from }: AssignTerritory): string =>
  JSON.stringify([payee, role, from]);

const covers = ({ from, to }: AssignTerritory, day: string): boolean =>
  from <= day && (to === undefined || day <= to);

const ownersOn = (owners: readonly AssignTerritory[], day: string): Exact =>
  Exact.sum(owners.filter((owner) => covers(owner, day)).map((o) => Exact.from(o.share ?? '1')));

// Shares only rise on a day on which somebody begins, so these days are all that can be too much.
const refuseAboveWhole = (assignments: Iterable<AssignTerritory>): void => {
  const owners = [...assignments].filter(({ role }) => role === 'owner');
  for (const { from } of owners) {
    const total = ownersOn(owners, from);
    if (!Exact.ONE.lessThan(total)) continue;
    const percent = total.times(Exact.of(100)).toText();
    const message =
      `On ${from} the owners would have ${percent}% together; they may have 100%. ` +
      'Give the earlier assignment a "to" first, or say the shares.';
    refuse('OwnersAboveWhole', message, { on: from });
  }
};

const define = (data: DefineTerritory, state: Territory | undefined): readonly TerritoryEvent[] => {
  if (!state) return [{ type: 'TerritoryDefined', data }];
  if (same(state.defined, data)) return [];
  const message = `Territory "${data.id}" is known with other content.`;
  return refuse('TerritoryDefinedDifferently', message, { territory: data.id });
};

const existing = (state: Territory | undefined, id: string): Territory =>
  state ?? refuse('TerritoryNotFound', `There is no territory "${id}".`, { territory: id });

const assigned = (state: Territory, data: AssignTerritory): Territory => ({
  ...state,
  assignments: new Map(state.assignments).set(keyOf(data), data),
});

/** The rules of a territory. */
export const territory: Decider<TerritoryCommand, TerritoryEvent, Territory | undefined> = {
  initial: undefined,

  decide(command, state) {
    switch (command.type) {
      case 'define-territory':
        return define(command.data, state);
      case 'assign-territory': {
        const { data } = command;
        const known = existing(state, data.territory);
        if (same(known.assignments.get(keyOf(data)), data)) return [];
        refuseAboveWhole(assigned(known, data).assignments.values());
        return [{ type: 'TerritoryAssigned', data }];
      }
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'TerritoryDefined':
        return { defined: event.data, assignments: new Map() };
      case 'TerritoryAssigned':
        return assigned(existing(state, event.data.territory), event.data);
    }
  },
};
