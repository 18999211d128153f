import { refuse, same, type Command, type Decider } from '#kernel';
import type { AddPayee, ChangePayee, RecordLeave, TerminatePayee } from './payee.commands.js';

// ---- Events ----------------------------------------------------------------------------

/** What is known of a payee; all of it in the stream `payee-<id>`. */
export type PayeeEvent =
  | { readonly type: 'PayeeAdded'; readonly data: AddPayee }
  | { readonly type: 'PayeeChanged'; readonly data: ChangePayee }
  | { readonly type: 'LeaveRecorded'; readonly data: RecordLeave }
  | { readonly type: 'PayeeTerminated'; readonly data: TerminatePayee };

// ---- Commands --------------------------------------------------------------------------

/** What can be said about a payee. */
export type PayeeCommand =
  | Command<'add-payee', AddPayee>
  | Command<'change-payee', ChangePayee>
  | Command<'record-leave', RecordLeave>
  | Command<'terminate-payee', TerminatePayee>;

// ---- State -----------------------------------------------------------------------------

/** A payee as far as his rules ask. */
export interface Payee {
  readonly added: AddPayee;
  /** All that was said of one day, by that day. */
  readonly changes: ReadonlyMap<string, ChangePayee>;
  readonly leaves: readonly RecordLeave[];
  readonly terminated?: TerminatePayee;
}

// ---- Rules -----------------------------------------------------------------------------

const add = (data: AddPayee, state: Payee | undefined): readonly PayeeEvent[] => {
  if (!state) return [{ type: 'PayeeAdded', data }];
  if (same(state.added, data)) return [];
  const message = `Payee "${data.id}" was added with other particulars; use change-payee.`;
  return refuse('PayeeAddedDifferently', message, { payee: data.id });
};

const existing = (state: Payee | undefined, id: string): Payee =>
  state ?? refuse('PayeeNotFound', `There is no payee "${id}".`, { payee: id });

const change = (data: ChangePayee, { changes }: Payee): readonly PayeeEvent[] => {
  const known = changes.get(data.on);
  return known && same({ ...known, ...data }, known) ? [] : [{ type: 'PayeeChanged', data }];
};

/** The rules of a payee. */
export const payee: Decider<PayeeCommand, PayeeEvent, Payee | undefined> = {
  initial: undefined,

  decide(command, state) {
    if (command.type === 'add-payee') return add(command.data, state);
    const known = existing(state, command.data.payee);
    switch (command.type) {
      case 'change-payee':
        return change(command.data, known);
      case 'record-leave': {
        const { data } = command;
        if (known.leaves.some((leave) => same(leave, data))) return [];
        return [{ type: 'LeaveRecorded', data }];
      }
      case 'terminate-payee':
        if (same(known.terminated, command.data)) return [];
        return [{ type: 'PayeeTerminated', data: command.data }];
    }
  },

  evolve(state, event) {
    if (event.type === 'PayeeAdded') return { added: event.data, changes: new Map(), leaves: [] };
    const known = existing(state, event.data.payee);
    switch (event.type) {
      case 'PayeeChanged': {
        const { on } = event.data;
        const ofDay = { ...known.changes.get(on), ...event.data };
        return { ...known, changes: new Map(known.changes).set(on, ofDay) };
      }
      case 'LeaveRecorded':
        return { ...known, leaves: [...known.leaves, event.data] };
      case 'PayeeTerminated':
        return { ...known, terminated: event.data };
    }
  },
};
