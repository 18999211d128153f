import type { EventStore } from '#event-store';
import { exceptions, listed, type ControlReport, type Span } from './control.js';

const COLUMNS = ['user', 'roles', 'payee', 'first', 'last', 'events', 'did', 'exception'];

interface Acted {
  readonly roles: Set<string>;
  readonly payees: Set<string>;
  readonly did: Map<string, number>;
  readonly first: string;
  last: string;
  events: number;
}

// Whoever works straight on the database is trusted by its login, and has no role.
const DIRECT = 'direct';

/** Access review: everybody who recorded anything by then, in which roles, from when to when, and what. */
export const accessControl = async (
  store: EventStore,
  { from, to }: Span,
): Promise<ControlReport> => {
  const known = new Map<string, Acted>();
  for await (const page of store.readAll(from > 0n ? from - 1n : 0n, { upTo: to })) {
    for (const { type, meta } of page) {
      let acted = known.get(meta.by);
      if (!acted) {
        acted = {
          roles: new Set(),
          payees: new Set(),
          did: new Map(),
          first: meta.recorded,
          last: meta.recorded,
          events: 0,
        };
        known.set(meta.by, acted);
      }
      acted.roles.add(meta.role ?? DIRECT);
      if (meta.payee !== undefined) acted.payees.add(meta.payee);
      acted.did.set(type, (acted.did.get(type) ?? 0) + 1);
      acted.last = meta.recorded;
      acted.events += 1;
    }
  }
  const findings = [...known]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([user, { roles, payees, did, first, last, events }]) => ({
      user,
      roles: listed(roles),
      payee: listed(payees),
      first,
      last,
      events: String(events),
      did: listed([...did].map(([type, count]) => `${type} ${count}`)),
      exception: exceptions({
        'acted in more than one role': [...roles].filter((role) => role !== DIRECT).length > 1,
        'prepares and approves': did.has('PayoutDrafted') && did.has('PayoutApproved'),
        'is known as more than one payee': payees.size > 1,
      }),
    }));
  return { columns: COLUMNS, findings };
};
