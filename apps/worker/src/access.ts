import type { Book } from '#crediting';
import {
  key as keyRules,
  userRoles,
  type Key,
  type KeyEvent,
  type RoleEvent,
  type Roles,
} from '#access';

/** What facts say of a user's roles; undefined where no fact speaks of him. */
export const rolesOf = (book: Book, user: string): Roles | undefined => {
  const facts = book.facts(`role-${user}`);
  if (facts.length === 0) return undefined;
  return facts.reduce<Roles>(
    (roles, { type, data }) => userRoles.evolve(roles, { type, data } as RoleEvent),
    userRoles.initial,
  );
};

/** All API keys that were ever made, by the SHA-256 of their text. */
export const keysByHash = (book: Book): ReadonlyMap<string, Key> =>
  book.derivedFromAll('keys', () => {
    const keys = book
      .idsOf('key')
      .map((id) =>
        book
          .facts(`key-${id}`)
          .reduce<Key | undefined>(
            (key, { type, data }) => keyRules.evolve(key, { type, data } as KeyEvent),
            undefined,
          ),
      );
    return new Map(keys.flatMap((key) => (key ? [[key.created.sha256, key] as const] : [])));
  });
