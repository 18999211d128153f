import { dayOf } from '#kernel';
import {
  forgotten,
  type AddPayee,
  type ChangePayee,
  type PayeeForgotten,
  type Personal,
  type RecordLeave,
  type TerminatePayee,
} from '#payees';
import type { Fact } from './fact.js';

/** What is true of a payee from a day on. */
export interface PayeeState {
  readonly from: number;
  readonly manager?: string;
  readonly role?: string;
  readonly currency: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Somebody who can be paid, with the history of what is true of him. */
export interface Payee {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly hiredOn: number;
  /** The first day on which he is no longer active. */
  readonly terminatedOn?: number;
  /** Days on leave, both ends inclusive. */
  readonly leaves: readonly { readonly from: number; readonly to: number }[];
  /** In order of `from`; the first holds since ever. */
  readonly states: readonly PayeeState[];
}

const changed = (state: PayeeState, change: ChangePayee): PayeeState => ({
  ...state,
  from: dayOf(change.on),
  ...(change.manager !== undefined && { manager: change.manager }),
  ...(change.role !== undefined && { role: change.role }),
  ...(change.currency !== undefined && { currency: change.currency }),
  ...(change.attributes !== undefined && { attributes: change.attributes }),
});

/** The payee that the facts of his stream describe. */
export const foldPayee = (facts: readonly Fact[]): Payee | undefined => {
  const added = facts.find((fact) => fact.type === 'PayeeAdded')?.data as AddPayee | undefined;
  if (!added) return undefined;
  const changes = facts
    .filter((fact) => fact.type === 'PayeeChanged')
    .map((fact) => fact.data as ChangePayee)
    .sort((a, b) => dayOf(a.on) - dayOf(b.on));
  let state: PayeeState = {
    from: -Infinity,
    ...(added.manager !== undefined && { manager: added.manager }),
    ...(added.role !== undefined && { role: added.role }),
    currency: added.currency,
    attributes: added.attributes ?? {},
  };
  const states = [state, ...changes.map((change) => (state = changed(state, change)))];
  const leaves = facts
    .filter((fact) => fact.type === 'LeaveRecorded')
    .map((fact) => fact.data as RecordLeave)
    .map((leave) => ({ from: dayOf(leave.from), to: dayOf(leave.to) }));
  const terminations = facts.filter((fact) => fact.type === 'PayeeTerminated');
  const last = terminations[terminations.length - 1]?.data as TerminatePayee | undefined;
  return {
    id: added.id,
    name: added.name,
    email: added.email ?? '',
    hiredOn: dayOf(added.hiredOn),
    ...(last && { terminatedOn: dayOf(last.on) }),
    leaves,
    states,
  };
};

/** The facts about a payee who is forgotten: all of them, without what is personal. */
export const withoutPersonal = (facts: readonly Fact[], gone: Fact): Fact[] => {
  const { attributes } = gone.data as PayeeForgotten;
  return facts.map((fact) => ({ ...fact, data: forgotten(fact.data as Personal, attributes) }));
};

/** What is true of a payee on a day; of several changes on one day the last recorded counts. */
export const stateOn = (payee: Payee, day: number): PayeeState => {
  let found = payee.states[0] as PayeeState;
  for (const state of payee.states) if (state.from <= day) found = state;
  return found;
};

/** Whether a payee is hired, not terminated and not on leave on a day. */
export const isActiveOn = (payee: Payee, day: number): boolean =>
  day >= payee.hiredOn &&
  (payee.terminatedOn === undefined || day < payee.terminatedOn) &&
  !payee.leaves.some((leave) => leave.from <= day && day <= leave.to);
