import type { Payee } from './book-payees.js';
import type { Fact } from './fact.js';

/** Under which names of users, payees and addresses the same person is known: each name leads to one of them. */
export type People = ReadonlyMap<string, string>;

// Streams in which people act for themselves, and in which it matters who they are.
const ACTED_IN = ['role', 'key', 'payout', 'dispute'] as const;

// The case of an address does not matter; that of an id does.
const named = (name: string): string => (name.includes('@') ? name.toLowerCase() : name);

interface Told {
  idsOf(category: string): readonly string[];
  facts(key: string): readonly Fact[];
  payee(id: string): { readonly email: string } | undefined;
}

/**
 * Brings the names of each person together: a user and the payee who he is by a role that he ever
 * had, or as whom he ever acted; a payee and the address by which he is known.
 */
export const foldPeople = (book: Told): People => {
  const leads = new Map<string, string>();
  const first = (name: string): string => {
    let found = name;
    for (let next = leads.get(found); next !== undefined; next = leads.get(found)) found = next;
    return found;
  };
  const join = (a: string, b: string): void => {
    const [one, other] = [first(named(a)), first(named(b))];
    if (one !== other) leads.set(one, other);
  };
  for (const id of book.idsOf('payee')) {
    const email = book.payee(id)?.email;
    if (email) join(email, id);
  }
  for (const category of ACTED_IN) {
    for (const id of book.idsOf(category)) {
      for (const { by, byPayee, type, data } of book.facts(`${category}-${id}`)) {
        if (byPayee !== undefined) join(by, byPayee);
        const { user, payee } = data as { readonly user?: string; readonly payee?: string };
        if (type === 'RoleGranted' && user !== undefined && payee !== undefined) join(user, payee);
      }
    }
  }
  return new Map([...leads.keys()].map((name) => [name, first(name)]));
};

/** The name that stands for a person. */
export const personOf = (people: People, name: string): string =>
  people.get(named(name)) ?? named(name);

/** Who is above a payee, the nearest first, on every day from `from` to before `to`. */
export interface Above {
  readonly from: number;
  readonly to: number;
  readonly managers: readonly string[];
}

// In a company without a reporting line it is the answer for everybody.
const NEVER_BELOW: Above = { from: -Infinity, to: Infinity, managers: [] };

/** Everybody above a payee on a day, and for how long it is so. */
export const foldAbove = (
  book: { payee(id: string): Payee | undefined },
  payee: string,
  day: number,
): Above => {
  const managers: string[] = [];
  let [from, to] = [-Infinity, Infinity];
  const managerOf = (id: string): string | undefined => {
    const states = book.payee(id)?.states ?? [];
    // Of several changes on one day the last recorded counts.
    const at = states.findLastIndex((state) => state.from <= day);
    from = Math.max(from, states[at]?.from ?? from);
    to = Math.min(to, states[at + 1]?.from ?? to);
    return states[at]?.manager;
  };
  let manager = managerOf(payee);
  while (manager !== undefined && manager !== payee && !managers.includes(manager)) {
    managers.push(manager);
    manager = managerOf(manager);
  }
  return managers.length === 0 && from === -Infinity && to === Infinity
    ? NEVER_BELOW
    : { from, to, managers };
};

interface Reporting {
  readonly payeeIds: readonly string[];
  managersAbove(payee: string, day: number): readonly string[];
}

/** Everybody below each manager on a day, at any depth, in the order of ids. */
export const foldBelow = (book: Reporting, day: number): ReadonlyMap<string, readonly string[]> => {
  const below = new Map<string, string[]>();
  for (const id of book.payeeIds) {
    for (const manager of book.managersAbove(id, day)) {
      const known = below.get(manager);
      if (known) known.push(id);
      else below.set(manager, [id]);
    }
  }
  return below;
};
