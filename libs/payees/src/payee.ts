import { refuse, same, type Command, type Decider } from '#kernel';
import { afterForgetting, asForgotten, forget, type PayeeForgotten } from './forgetting.js';
import type {
  AddPayee,
  ChangePayee,
  ForgetPayee,
  RecordLeave,
  TerminatePayee,
} from './payee.commands.js';

// ---- Events ----------------------------------------------------------------------------

/** What is known of a payee; all of it in the stream `payee-<id>`. */
export type PayeeEvent =
  | { readonly type: 'PayeeAdded'; readonly data: AddPayee }
  | { readonly type: 'PayeeChanged'; readonly data: ChangePayee }
  | { readonly type: 'LeaveRecorded'; readonly data: RecordLeave }
  | { readonly type: 'PayeeTerminated'; readonly data: TerminatePayee }
  | { readonly type: 'PayeeForgotten'; readonly data: PayeeForgotten };

// ---- Commands --------------------------------------------------------------------------

/** What can be said about a payee. */
export type PayeeCommand =
  | Command<'add-payee', AddPayee>
  | Command<'change-payee', ChangePayee>
  | Command<'record-leave', RecordLeave>
  | Command<'terminate-payee', TerminatePayee>
  | Command<'forget-payee', ForgetPayee>;

// ---- State -----------------------------------------------------------------------------

/** A payee as far as his rules ask. */
export interface Payee {
  readonly added: AddPayee;
  /** All that was said of one day, by that day. */
  readonly changes: ReadonlyMap<string, ChangePayee>;
  readonly leaves: readonly RecordLeave[];
  readonly terminated?: TerminatePayee;
  /** Nothing personal is known of him any more, nor will be. */
  readonly forgotten?: true;
}

// ---- Rules -----------------------------------------------------------------------------

const add = (data: AddPayee, state: Payee | undefined): readonly PayeeEvent[] => {
  if (!state) return [{ type: 'PayeeAdded', data }];
  const said = state.forgotten ? asForgotten(data, state.added) : data;
  if (same(state.added, said)) return [];
  const message = `Payee "${data.id}" was added with other particulars; use change-payee.`;
  return refuse('PayeeAddedDifferently', message, { payee: data.id });
};

const existing = (state: Payee | undefined, id: string): Payee =>
  state ?? refuse('PayeeNotFound', `There is no payee "${id}".`, { payee: id });

const change = (data: ChangePayee, state: Payee): readonly PayeeEvent[] => {
  const known = state.changes.get(data.on);
  if (known && same({ ...known, ...data }, known)) return [];
  if (!state.forgotten || data.attributes === undefined) return [{ type: 'PayeeChanged', data }];
  if (known && same({ ...known, ...asForgotten(data, known) }, known)) return [];
  const message = `Payee "${data.payee}" was forgotten: no attributes of him are recorded any more.`;
  return refuse('PayeeForgotten', message, { payee: data.payee });
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
      case 'forget-payee': {
        const data = forget(command, known);
        return data ? [{ type: 'PayeeForgotten', data }] : [];
      }
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
      case 'PayeeForgotten':
        return afterForgetting(known, event.data.attributes);
    }
  },
};
