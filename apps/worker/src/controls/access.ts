import type { KeyEvent, RoleEvent } from '#access';
import type { EventStore, RecordedEvent } from '#event-store';
import { exceptions, listed, type ControlReport, type Span } from './control.js';

const COLUMNS = [
  'user',
  'roles',
  'payee',
  'first',
  'last',
  'events',
  'did',
  'granted',
  'keys',
  'exception',
];

/** Whoever acted, or was granted a role, or made a key. */
interface Known {
  readonly roles: Set<string>;
  /** What was recorded with his keys. */
  readonly byKey: Set<string>;
  readonly payees: Set<string>;
  readonly did: Map<string, number>;
  first: string;
  last: string;
  events: number;
  /** His roles by fact, each with who granted it and when; undefined where no fact speaks of him. */
  granted?: Map<string, string>;
  /** His keys that are not revoked, and until when each is valid. */
  readonly keys: Map<string, string>;
}

// Whoever works straight on the database is trusted by its login, and has no role.
const DIRECT = 'direct';

class People {
  private readonly known = new Map<string, Known>();
  private readonly owners = new Map<string, string>();

  get all(): [string, Known][] {
    return [...this.known].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** What an event says of who did it. */
  acted({ type, meta }: RecordedEvent): void {
    const one = this.of(meta.by);
    if (meta.key === undefined) one.roles.add(meta.role ?? DIRECT);
    else one.byKey.add(`${meta.role} (key ${meta.key})`);
    if (meta.payee !== undefined) one.payees.add(meta.payee);
    one.did.set(type, (one.did.get(type) ?? 0) + 1);
    if (one.first === '') one.first = meta.recorded;
    one.last = meta.recorded;
    one.events += 1;
  }

  /** What an event says of who may do what. */
  told({ type, data, meta }: RecordedEvent): void {
    const event = { type, data } as RoleEvent | KeyEvent;
    switch (event.type) {
      case 'RoleGranted': {
        const { user, role, payee } = event.data;
        const one = this.of(user);
        one.granted = (one.granted ?? new Map()).set(
          role,
          `${role} by ${meta.by} at ${meta.recorded}`,
        );
        if (payee !== undefined) one.payees.add(payee);
        break;
      }
      case 'RoleRevoked': {
        const one = this.of(event.data.user);
        one.granted ??= new Map();
        one.granted.delete(event.data.role);
        break;
      }
      case 'KeyCreated': {
        const { id, by, role, expiresOn } = event.data;
        this.owners.set(id, by);
        this.of(by).keys.set(id, `${id} as ${role} until ${expiresOn}`);
        break;
      }
      case 'KeyRevoked': {
        const owner = this.owners.get(event.data.key);
        if (owner !== undefined) this.of(owner).keys.delete(event.data.key);
      }
    }
  }

  private of(user: string): Known {
    const known = this.known.get(user);
    if (known) return known;
    const made: Known = {
      roles: new Set(),
      byKey: new Set(),
      payees: new Set(),
      did: new Map(),
      first: '',
      last: '',
      events: 0,
      keys: new Map(),
    };
    this.known.set(user, made);
    return made;
  }
}

// What he holds may have been taken from him since he acted: that is for the reviewer to see, and no exception.
const wasNeverGranted = ({ roles, granted }: Known, everGranted: ReadonlySet<string>): boolean =>
  granted !== undefined && [...roles].some((role) => role !== DIRECT && !everGranted.has(role));

/**
 * Access review: everybody who recorded anything by then, in which roles, from when to when, and what; and who then had
 * which roles by whose word, and which keys.
 */
export const accessControl = async (
  store: EventStore,
  { from, to }: Span,
): Promise<ControlReport> => {
  const people = new People();
  const ever = new Map<string, Set<string>>();
  // Who may do what began before any span.
  for await (const page of store.readAll(0n, { categories: ['role', 'key'], upTo: to })) {
    for (const event of page) {
      people.told(event);
      if (event.type !== 'RoleGranted') continue;
      const { user, role } = event.data as { readonly user: string; readonly role: string };
      ever.set(user, (ever.get(user) ?? new Set()).add(role));
    }
  }
  for await (const page of store.readAll(from > 0n ? from - 1n : 0n, { upTo: to }))
    for (const event of page) people.acted(event);
  const findings = people.all.map(([user, one]) => {
    const { roles, byKey, payees, did, first, last, events, granted, keys } = one;
    return {
      user,
      roles: listed([...roles, ...byKey]),
      payee: listed(payees),
      first,
      last,
      events: String(events),
      did: listed([...did].map(([type, count]) => `${type} ${count}`)),
      granted: granted ? listed(granted.values()) || 'none' : '',
      keys: listed(keys.values()),
      exception: exceptions({
        'acted in more than one role': [...roles].filter((role) => role !== DIRECT).length > 1,
        'acted in a role that was never granted': wasNeverGranted(one, ever.get(user) ?? new Set()),
        'may prepare and approve': !!granted?.has('comp-admin') && granted.has('approver'),
        'prepares and approves': did.has('PayoutDrafted') && did.has('PayoutApproved'),
        'is known as more than one payee': payees.size > 1,
      }),
    };
  });
  return { columns: COLUMNS, findings };
};
