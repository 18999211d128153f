import { same, type Command, type Decider } from '#kernel';
import type { MoveAccount, RegisterAccount } from './territory.commands.js';

/** What is known of an account; all of it in the stream `account-<id>`. */
export type AccountEvent =
  | { readonly type: 'AccountRegistered'; readonly data: RegisterAccount }
  | { readonly type: 'AccountMoved'; readonly data: MoveAccount };

/** What can be said about an account. */
export type AccountCommand =
  Command<'register-account', RegisterAccount> | Command<'move-account', MoveAccount>;

/** An account as far as its rules ask: its last registration, and its move of each day. */
export interface Account {
  readonly registered?: RegisterAccount;
  readonly moves: ReadonlyMap<string, MoveAccount>;
}

/**
 * The rules of an account. It may be moved before it is registered, as deals may name it before. A
 * later registration replaces the earlier one; so does a later move for the same day.
 */
export const account: Decider<AccountCommand, AccountEvent, Account> = {
  initial: { moves: new Map() },

  decide(command, state) {
    switch (command.type) {
      case 'register-account':
        if (same(state.registered, command.data)) return [];
        return [{ type: 'AccountRegistered', data: command.data }];
      case 'move-account':
        if (same(state.moves.get(command.data.on), command.data)) return [];
        return [{ type: 'AccountMoved', data: command.data }];
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'AccountRegistered':
        return { ...state, registered: event.data };
      case 'AccountMoved':
        return { ...state, moves: new Map(state.moves).set(event.data.on, event.data) };
    }
  },
};
