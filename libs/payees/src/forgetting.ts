import { refuse, type Command } from '#kernel';
import type { AddPayee, ChangePayee, ForgetPayee, TerminatePayee } from './payee.commands.js';
import { forgotten } from './personal.js';

/** That a payee's personal data is gone for good, and why; who said so and when stands beside it. */
export interface PayeeForgotten {
  readonly payee: string;
  readonly reason: string;
  /** The names of the attributes that were personal then. */
  readonly attributes: readonly string[];
  /** What was still open for him, in words, where it was done anyway. */
  readonly open?: readonly string[];
}

interface Described {
  readonly added: AddPayee;
  readonly changes: ReadonlyMap<string, ChangePayee>;
  readonly terminated?: TerminatePayee;
  /** Nothing personal is known of him any more, nor will be. */
  readonly forgotten?: true;
}

/** What is known besides the payee's own facts when he is to be forgotten. */
export interface BesidesForgetting {
  readonly attributes?: readonly string[];
  readonly open?: readonly string[];
}

// The reason stands in the log for ever: it must not bring back what is forgotten.
const refuseNaming = (reason: string, { name, email }: AddPayee): void => {
  const says = (text: string | undefined): boolean =>
    text !== undefined && reason.toLowerCase().includes(text.toLowerCase());
  if (!says(name) && !says(email)) return;
  const message =
    'The reason is kept for ever and would name the payee; name a request or a ticket instead.';
  refuse('ReasonNamesPayee', message);
};

/** Decides that a payee is forgotten: once, and not while something is open unless told so. */
export const forget = (
  { data, recorded, with: besides = {} }: Command<'forget-payee', ForgetPayee>,
  state: Described,
): PayeeForgotten | undefined => {
  if (state.forgotten) return undefined;
  const { payee, reason, anyway } = data;
  refuseNaming(reason, state.added);
  const { attributes = [], open: unsettled = [] } = besides as BesidesForgetting;
  const { terminated } = state;
  const hasLeft = terminated !== undefined && terminated.on <= recorded.slice(0, 10);
  const open = [...(hasLeft ? [] : ['he is active: terminate-payee comes first']), ...unsettled];
  if (open.length > 0 && !anyway) {
    const message = `Payee "${payee}" is not settled: ${open.join('; ')}. To do it anyway, say so.`;
    return refuse('PayeeNotSettled', message, { payee, open });
  }
  return { payee, reason, attributes, ...(open.length > 0 && { open }) };
};

/** What is known of a payee from then on. */
export const afterForgetting = <S extends Described>(state: S, marked: readonly string[]): S => ({
  ...state,
  forgotten: true,
  added: forgotten(state.added, marked),
  changes: new Map([...state.changes].map(([on, change]) => [on, forgotten(change, marked)])),
});

/** What is said of a forgotten payee, as it would read by now if it had been said before. */
export const asForgotten = <D extends AddPayee | ChangePayee>(said: D, known: D): D => {
  const { attributes: left = {} } = known;
  const gone = Object.keys(said.attributes ?? {}).filter((name) => !Object.hasOwn(left, name));
  return forgotten(said, gone);
};
