import { dayOf, formatDay } from '#kernel';
import type { CreateKey, KeyMark, Owner } from '#access';
import type { Book, Fact } from '#crediting';
import { dispute as rules, waitingOn, type Dispute, type DisputeEvent } from '#disputes';

type KeyCreated = CreateKey & KeyMark & Owner;
type Fields = Readonly<Record<string, unknown>>;

/** A resource as HTTP shows it; `position` is that of its last fact in the log. */
export interface Resource {
  /** Its place among those of the same stream. */
  readonly key: string;
  readonly value: Fields & { readonly position: number };
}

/** How the facts of one stream are shown: as one resource, or as one for each key. */
export interface Noun {
  readonly category: string;
  /** The fields by which a list can be filtered. */
  readonly filters: readonly string[];
  resources(facts: readonly Fact[], id: string, day: number): readonly Resource[];
}

const dataOf = (facts: readonly Fact[], type: string): Fields[] =>
  facts.filter((fact) => fact.type === type).map(({ data }) => data as Fields);

const without = (fields: Fields, ...names: string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

const one = (facts: readonly Fact[], fields: Fields): readonly Resource[] => [
  { key: '', value: { ...fields, position: facts.at(-1)?.position ?? 0 } },
];

/** Of facts with the same key the last one recorded stands in the place of the others. */
const byKey =
  (...names: string[]): Noun['resources'] =>
  (facts) => {
    const found = new Map<string, Resource>();
    for (const { data, position } of facts) {
      const key = names.map((name) => String((data as Fields)[name] ?? '')).join('\n');
      found.set(key, { key, value: { ...data, position } });
    }
    return [...found.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  };

const payee: Noun['resources'] = (facts, _id, day) => {
  const changes = dataOf(facts, 'PayeeChanged').map((change) => without(change, 'payee'));
  const due = changes
    .filter(({ on }) => dayOf(on as string) <= day)
    .sort((a, b) => dayOf(a['on'] as string) - dayOf(b['on'] as string));
  const terminated = dataOf(facts, 'PayeeTerminated').at(-1);
  const gone = facts.find(({ type }) => type === 'PayeeForgotten');
  return one(facts, {
    ...dataOf(facts, 'PayeeAdded')[0],
    ...without(Object.assign({}, ...due) as Fields, 'on'),
    ...(terminated && { terminatedOn: terminated['on'] }),
    ...(gone && { forgotten: gone.recorded }),
    changes,
    leaves: dataOf(facts, 'LeaveRecorded').map((leave) => without(leave, 'payee')),
  });
};

const account: Noun['resources'] = (facts, id) =>
  one(facts, {
    id,
    ...dataOf(facts, 'AccountRegistered').at(-1),
    moves: dataOf(facts, 'AccountMoved').map((move) => without(move, 'account')),
  });

const territory: Noun['resources'] = (facts, id) =>
  one(facts, {
    id,
    ...dataOf(facts, 'TerritoryDefined').at(-1),
    assignments: byKey('payee', 'role', 'from')(
      facts.filter(({ type }) => type === 'TerritoryAssigned'),
      id,
      0,
    ).map(({ value }) => without(value, 'territory')),
  });

const plan: Noun['resources'] = (facts, id) =>
  one(facts, {
    id,
    versions: byKey('from')(facts, id, 0).map(({ value }) => without(value, 'id')),
  });

// What the dispute itself shows is not shown with each of its steps.
const SAID_ONCE = ['id', 'dispute', 'by', 'payee', 'about', 'claim', 'expected', 'statement'];

const disputeIn = (facts: readonly Fact[]): Dispute | undefined =>
  facts.reduce(
    (before, { type, data }) => rules.evolve(before, { type, data } as DisputeEvent),
    rules.initial,
  );

const dispute: Noun['resources'] = (facts, _id, day) => {
  const state = disputeIn(facts);
  if (!state) return [];
  const waiting = waitingOn(state, formatDay(day));
  const thread = facts.map(({ type, by, recorded, position, data }) => ({
    type,
    by,
    recorded,
    position,
    ...without(data as Fields, ...SAID_ONCE),
  }));
  const { opened, status, statement, resolved, attachments } = state;
  return one(facts, {
    ...opened,
    status,
    ...(statement && { statement }),
    ...waiting,
    attachments: attachments.map((attachment) => without({ ...attachment }, 'dispute')),
    ...(resolved && { resolution: without({ ...resolved }, 'dispute') }),
    thread,
  });
};

const said = ({ by, recorded }: Fact): Fields => ({ by, at: recorded });

// Of each role the last word: who has it and from whom, or from whom it was taken.
const roles: Noun['resources'] = (facts, user) => {
  const found = new Map<string, Resource>();
  for (const fact of facts) {
    const { role } = fact.data as { readonly role: string };
    const isGranted = fact.type === 'RoleGranted';
    const before = isGranted ? {} : without(found.get(role)?.value ?? {}, 'position');
    const value = {
      user,
      role,
      ...before,
      ...(isGranted ? { ...fact.data, granted: said(fact) } : { revoked: said(fact) }),
      status: isGranted ? 'granted' : 'revoked',
      position: fact.position,
    };
    found.set(role, { key: role, value });
  }
  return [...found.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
};

const apiKey: Noun['resources'] = (facts, _id, day) => {
  const [made, ...later] = facts;
  if (!made) return [];
  const { sha256: _sha256, by, byPayee: _byPayee, ...shown } = made.data as KeyCreated;
  const revoked = later.find(({ type }) => type === 'KeyRevoked');
  const reason = (revoked?.data as { readonly reason?: string } | undefined)?.reason;
  const hasExpired = dayOf(shown.expiresOn) <= day;
  return one(facts, {
    ...shown,
    owner: by,
    createdAt: made.recorded,
    status: revoked ? 'revoked' : hasExpired ? 'expired' : 'valid',
    ...(revoked && { revoked: { ...said(revoked), ...(reason !== undefined && { reason }) } }),
  });
};

/** The nouns of the field that are kept in the book, and how each is shown. */
export const NOUNS = {
  payees: { category: 'payee', filters: ['manager', 'role', 'currency'], resources: payee },
  accounts: { category: 'account', filters: [], resources: account },
  territories: { category: 'territory', filters: ['parent'], resources: territory },
  plans: { category: 'plan', filters: [], resources: plan },
  'plan-assignments': {
    category: 'assignment',
    filters: ['payee', 'plan'],
    resources: byKey('plan', 'from'),
  },
  quotas: {
    category: 'quota',
    filters: ['payee', 'component', 'period'],
    resources: byKey('component', 'period', 'from'),
  },
  'fx-rates': {
    category: 'fx',
    filters: ['base', 'quote', 'type'],
    resources: byKey('on', 'type'),
  },
  metrics: { category: 'metric', filters: ['metric', 'payee'], resources: byKey('id') },
  objectives: {
    category: 'objective',
    filters: ['payee', 'component', 'period'],
    resources: byKey('component', 'objective', 'period'),
  },
  policies: { category: 'policy', filters: [], resources: byKey('from') },
  disputes: {
    category: 'dispute',
    filters: ['payee', 'status', 'responsible', 'overdue'],
    resources: dispute,
  },
  roles: { category: 'role', filters: ['user', 'role', 'status'], resources: roles },
  'api-keys': { category: 'key', filters: ['owner', 'role', 'status'], resources: apiKey },
} as const satisfies Readonly<Record<string, Noun>>;

/** The name of a noun that is kept in the book. */
export type NounName = keyof typeof NOUNS;

/** The resources of a noun in order, from a stream on; each with the stream's id. */
export function* resourcesOf(
  noun: Noun,
  book: Book,
  day: number,
  from = '',
): Generator<Resource & { readonly id: string }> {
  for (const id of book.idsOf(noun.category)) {
    if (id < from) continue;
    const facts = book.facts(`${noun.category}-${id}`);
    for (const resource of noun.resources(facts, id, day)) yield { ...resource, id };
  }
}
