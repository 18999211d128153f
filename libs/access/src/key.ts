import { addMonths, dayOf, formatDay, refuse, same, type Command, type Decider } from '#kernel';
import type { CreateKey, RevokeKey } from './access.commands.js';

/**
 * What is kept of a key: enough to know it again, and nothing that could be sent. Its first
 * characters name it to people. The SHA-256 of the rest suffices and may stand in the log: a key
 * holds 256 random bits, which nobody finds by trying, so there is nothing to slow down or to salt.
 */
export interface KeyMark {
  readonly prefix: string;
  readonly sha256: string;
}

/** Whose key it is: the user who made it, and the payee who he is, where his login says so. */
export interface Owner {
  readonly by: string;
  readonly byPayee?: string;
}

/** What happens to a key; all of it in the stream `key-<id>`. */
export type KeyEvent =
  | { readonly type: 'KeyCreated'; readonly data: CreateKey & KeyMark & Owner }
  | { readonly type: 'KeyRevoked'; readonly data: RevokeKey };

/** What can be said about a key. */
export type KeyCommand = Command<'create-key', CreateKey> | Command<'revoke-key', RevokeKey>;

/** A key as far as its rules ask. */
export interface Key {
  readonly created: CreateKey & KeyMark & Owner;
  readonly isRevoked: boolean;
}

const LIFE_MONTHS = 12;

// A key that lives for ever is one that nobody remembers.
const refuseLife = ({ data, recorded }: Command<'create-key', CreateKey>): void => {
  const made = dayOf(recorded.slice(0, 10));
  const [first, last] = [made + 1, addMonths(made, LIFE_MONTHS)];
  const ends = dayOf(data.expiresOn);
  if (ends >= first && ends <= last) return;
  const valid = `from ${formatDay(first)} to ${formatDay(last)}`;
  refuse('KeyLifeOutside', `A key lives a year at most; expiresOn may be ${valid}.`);
};

const create = (
  command: Extract<KeyCommand, { type: 'create-key' }>,
  state: Key | undefined,
): readonly KeyEvent[] => {
  const { data, by, payee } = command;
  const mark = command.with as KeyMark | undefined;
  if (state) {
    const {
      prefix: _prefix,
      sha256: _sha256,
      by: _by,
      byPayee: _byPayee,
      ...known
    } = state.created;
    if (same(known, data)) return [];
    return refuse('KeyCreatedDifferently', `Key "${data.id}" was made with other content.`);
  }
  if (!mark) {
    const message = 'A key is made where it is shown: POST /v1/api-keys, or everycent key create.';
    return refuse('KeyNotMade', message);
  }
  refuseLife(command);
  const owner: Owner = payee === undefined ? { by } : { by, byPayee: payee };
  return [{ type: 'KeyCreated', data: { ...data, ...mark, ...owner } }];
};

/** The rules of a key: made once, revoked for good. */
export const key: Decider<KeyCommand, KeyEvent, Key | undefined> = {
  initial: undefined,

  decide(command, state) {
    if (command.type === 'create-key') return create(command, state);
    const { data } = command;
    if (!state) return refuse('KeyNotFound', `There is no key "${data.key}".`, { key: data.key });
    return state.isRevoked ? [] : [{ type: 'KeyRevoked', data }];
  },

  evolve: (state, event) =>
    event.type === 'KeyCreated'
      ? { created: event.data, isRevoked: false }
      : { ...(state as Key), isRevoked: true },
};
