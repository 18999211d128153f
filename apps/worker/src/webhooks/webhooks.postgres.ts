import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import type { Tx } from '#event-store';
import { newSecret } from './signature.js';

/** Somebody who is told about what happens; the secret is known to him alone. */
export interface Endpoint {
  readonly id: string;
  readonly url: string;
  /** What he is told about; everything where empty. */
  readonly types: readonly string[];
  readonly madeBy: string;
  readonly madeAt: string;
  readonly disabled?: { readonly at: string; readonly why: string };
  /** Until when the secret before this one signs too. */
  readonly formerUntil?: string;
}

/** A message to an endpoint, and how far it has come. */
export interface Delivery {
  readonly id: string;
  readonly type: string;
  readonly position: number;
  readonly status: 'waiting' | 'delivered' | 'given-up';
  readonly attempts: number;
  readonly madeAt: string;
  readonly nextAt?: string;
  /** How the last attempt ended. */
  readonly answer?: string;
}

/** A message to be sent now. */
export interface Due {
  readonly id: string;
  readonly endpoint: string;
  readonly url: string;
  /** The secret, and the one before it while that is in use too. */
  readonly secrets: readonly string[];
  readonly body: string;
  /** Which attempt this is, from 1. */
  readonly attempt: number;
}

interface EndpointRow {
  readonly id: string;
  readonly url: string;
  readonly types: string[];
  readonly made_by: string;
  readonly made_at: string;
  readonly disabled_at: string | null;
  readonly disabled_why: string | null;
  readonly former_until: string | null;
}

interface DeliveryRow {
  readonly id: string;
  readonly type: string;
  readonly position: string;
  readonly attempts: number;
  readonly made_at: string;
  readonly next_at: string | null;
  readonly delivered_at: string | null;
  readonly answer: string | null;
}

const AT_MOST = 20;
const LEASE = '1 minute';
const KEPT = '30 days';
const GRACE = '24 hours';
const SHOWN = 'id, url, types, made_by, made_at, disabled_at, disabled_why, former_until';
const LISTED = 200;

// PostgreSQL's own way to write it.
const instant = (text: string): string => new Date(text).toISOString();

const endpointOf = ({
  id,
  url,
  types,
  made_by,
  made_at,
  disabled_at,
  disabled_why,
  former_until,
}: EndpointRow): Endpoint => ({
  id,
  url,
  types,
  madeBy: made_by,
  madeAt: instant(made_at),
  ...(disabled_at && { disabled: { at: instant(disabled_at), why: disabled_why ?? '' } }),
  ...(former_until && { formerUntil: instant(former_until) }),
});

const deliveryOf = ({
  id,
  type,
  position,
  attempts,
  made_at,
  next_at,
  delivered_at,
  answer,
}: DeliveryRow): Delivery => ({
  id,
  type,
  position: Number(position),
  attempts,
  madeAt: instant(made_at),
  status: delivered_at ? 'delivered' : next_at ? 'waiting' : 'given-up',
  ...(next_at && { nextAt: instant(next_at) }),
  ...(answer !== null && { answer }),
});

/** Who is told about what happens, and what was sent to whom. */
export class WebhookRows {
  constructor(private readonly pool: Pool) {}

  /** A new endpoint, told of what is recorded after a position; undefined where there are too many already. */
  async add({
    url,
    types,
    by,
    since,
  }: {
    url: string;
    types: readonly string[];
    by: string;
    since: bigint;
  }): Promise<(Endpoint & { readonly secret: string }) | undefined> {
    const secret = newSecret();
    const { rows } = await this.pool.query<EndpointRow>(
      `insert into webhook_endpoint (id, url, secret, types, since, made_by)
       select $1, $2, $3, $4, $5, $6 where (select count(*) from webhook_endpoint where disabled_at is null) < $7
       returning ${SHOWN}`,
      [`wh_${randomBytes(9).toString('base64url')}`, url, secret, types, since, by, AT_MOST],
    );
    return rows[0] && { ...endpointOf(rows[0]), secret };
  }

  /** All endpoints, those that are disabled too. */
  async list(): Promise<Endpoint[]> {
    const { rows } = await this.pool.query<EndpointRow>(
      `select ${SHOWN} from webhook_endpoint order by made_at, id`,
    );
    return rows.map(endpointOf);
  }

  /** Tells an endpoint nothing any more; false where there is none of that id. */
  async disable(id: string, why: string): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      'update webhook_endpoint set disabled_at = coalesce(disabled_at, now()), disabled_why = coalesce(disabled_why, $2) where id = $1',
      [id, why],
    );
    await this.pool.query('update webhook_delivery set next_at = null where endpoint = $1', [id]);
    return rowCount === 1;
  }

  /**
   * Gives an endpoint a new secret; messages are signed by the one before it too for a day, and by
   * none that is older. Undefined where there is none of that id, or it is disabled.
   */
  async rotate(id: string): Promise<(Endpoint & { readonly secret: string }) | undefined> {
    const secret = newSecret();
    const { rows } = await this.pool.query<EndpointRow>(
      `update webhook_endpoint set secret = $2, former_secret = secret, former_until = now() + interval '${GRACE}'
       where id = $1 and disabled_at is null returning ${SHOWN}`,
      [id, secret],
    );
    return rows[0] && { ...endpointOf(rows[0]), secret };
  }

  /** What was sent to an endpoint, the latest first. */
  async deliveries(endpoint: string): Promise<Delivery[]> {
    const { rows } = await this.pool.query<DeliveryRow>(
      'select * from webhook_delivery where endpoint = $1 order by position desc limit $2',
      [endpoint, LISTED],
    );
    return rows.map(deliveryOf);
  }

  /** Sends a message once more, from the first attempt on; false where there is none, or its endpoint is disabled. */
  async redeliver(endpoint: string, id: string): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `update webhook_delivery d set next_at = now(), attempts = 0, delivered_at = null from webhook_endpoint e
       where d.id = $2 and d.endpoint = $1 and e.id = d.endpoint and e.disabled_at is null`,
      [endpoint, id],
    );
    return rowCount === 1;
  }

  /** Notes a message for everybody who wants it, once. */
  async note(
    tx: Tx,
    message: { id: string; type: string; position: bigint; body: string },
  ): Promise<void> {
    await tx.query(
      `insert into webhook_delivery (id, endpoint, position, type, body)
       select 'msg_' || $1 || '_' || id, id, $2, $3, $4 from webhook_endpoint
       where disabled_at is null and since < $2 and (cardinality(types) = 0 or $3 = any(types))
       on conflict do nothing`,
      [message.id, message.position, message.type, message.body],
    );
  }

  /** Takes some messages whose time has come; who takes them and dies leaves them to others after a minute. */
  async take(most: number): Promise<Due[]> {
    const { rows } = await this.pool.query<Due>(
      `update webhook_delivery d set attempts = attempts + 1, next_at = now() + interval '${LEASE}' from webhook_endpoint e
       where e.id = d.endpoint and d.id in (
         select id from webhook_delivery where next_at <= now() order by next_at limit $1 for update skip locked)
       returning d.id, d.endpoint, e.url, d.body, d.attempts as attempt,
         array_remove(array[e.secret, case when e.former_until > now() then e.former_secret end], null) as secrets`,
      [most],
    );
    return rows;
  }

  /** How an attempt ended: delivered, or tried again after so many seconds, or given up. */
  async settle(
    id: string,
    answer: string,
    outcome: 'delivered' | 'given-up' | { readonly seconds: number },
  ): Promise<void> {
    const seconds = typeof outcome === 'object' ? outcome.seconds : null;
    await this.pool.query(
      `update webhook_delivery set answer = $2, next_at = now() + make_interval(secs => $3::int),
       delivered_at = case when $4 then now() end where id = $1`,
      [id, answer, seconds, outcome === 'delivered'],
    );
  }

  /** Forgets what was settled long ago. */
  async forgetOld(): Promise<void> {
    await this.pool.query(
      `delete from webhook_delivery where next_at is null and made_at < now() - interval '${KEPT}'`,
    );
  }
}
