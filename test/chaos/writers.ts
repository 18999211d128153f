import { planOf } from '#testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCompany } from '../../apps/worker/src/company.js';
import { rebuild } from '../../apps/worker/src/rebuild.postgres.js';
import { readConfiguration } from '#event-store';
import type { Outcome, RealService } from './service.js';

const FACTS: readonly (readonly [string, object])[] = [
  ['/v1/calendar', { start: '2026-01-01' }],
  ['/v1/payees', { id: 'ana', name: 'Ana Ruiz', hiredOn: '2025-01-01', currency: 'USD' }],
  ['/v1/payees', { id: 'bob', name: 'Bob Lee', hiredOn: '2025-01-01', currency: 'USD' }],
  ['/v1/plans', planOf({ id: 'bookings', type: 'commission', window: 'month', rate: '8%' })],
  ['/v1/plan-assignments', { payee: 'ana', plan: 'ae', from: '2026-01-01' }],
  ['/v1/plan-assignments', { payee: 'bob', plan: 'ae', from: '2026-01-01' }],
];

const dealOf = (id: string, n: number): object => ({
  id,
  account: 'acme',
  bookedOn: `2026-0${1 + (n % 3)}-1${n % 10}`,
  amount: `${100 + n}.0${n % 10}`,
  currency: 'USD',
  team: [{ payee: n % 2 === 0 ? 'ana' : 'bob', share: '100%' }],
});

/** What the log and the rows say once everything is over, where they ought to be the same. */
export interface Audit {
  /** Acknowledged deals that the log does not hold at the position that was answered. */
  readonly lost: readonly string[];
  /** Streams with a first event more than once, or with events of no known request. */
  readonly doubled: readonly string[];
  /** Tables whose rows are not those of a rebuild from zero. */
  readonly differing: readonly string[];
  /** Answers that were neither yes nor "try again", and not to be expected. */
  readonly surprises: readonly string[];
  readonly acknowledged: number;
}

/** People at work on a service that fails under them: each sends again with the same key until he is answered. */
export class Writers {
  readonly acknowledged = new Map<string, number>();
  /** Each "try again", and whether it said when. */
  readonly refusals = { withRetryAfter: 0, without: 0 };
  lastSuccess = performance.now();
  private readonly surprises: string[] = [];
  private stopping = false;
  private sequence = 0;
  private payouts = 0;
  private work: Promise<void>[] = [];

  private constructor(
    private readonly service: RealService,
    private readonly admin: string,
    private readonly approver: string,
  ) {}

  static async at(service: RealService): Promise<Writers> {
    const admin = await service.token({ user: 'dana', role: 'comp-admin' });
    const approver = await service.token({ user: 'eva', role: 'approver' });
    for (const [i, [where, body]] of FACTS.entries()) {
      const { status } = await service.insist(admin, 'POST', where, { body, key: `fact-${i}` });
      if (status !== 201) throw new Error(`${where} answered ${status}`);
    }
    return new Writers(service, admin, approver);
  }

  /** Starts so many who book deals, and one who drafts and pays payouts. */
  start(count: number, { payouts = true } = {}): void {
    this.stopping = false;
    this.work = Array.from({ length: count }, (_, i) => this.book(i));
    if (payouts) this.work.push(this.payOut());
  }

  /** Lets everybody finish what he is at. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.work);
  }

  /**
   * Waits until so many in a row were told to try again, and the disk, or whatever it is, is full for good; gives how many of
   * as many more were accepted.
   */
  async untilRefused(count: number): Promise<{ refused: number; accepted: number }> {
    const tried = (): number => this.refusals.withRetryAfter + this.refusals.without;
    const patience = Date.now() + 600_000;
    // Pages have room for one more event here and there: only who is refused for a while is refused for good.
    for (let [seen, since] = [this.acknowledged.size, tried()]; tried() - since < count;) {
      if (Date.now() > patience) throw new Error('Nobody was refused in ten minutes.');
      await sleep(20);
      if (this.acknowledged.size > seen) [seen, since] = [this.acknowledged.size, tried()];
    }
    const [before, from] = [this.acknowledged.size, tried()];
    while (tried() - from < count) await sleep(20);
    return { refused: count, accepted: this.acknowledged.size - before };
  }

  /** Waits until so many more were acknowledged; gives the milliseconds until the first was. */
  async untilAccepted(count: number): Promise<number> {
    const [began, before] = [performance.now(), this.acknowledged.size];
    while (this.acknowledged.size === before) await sleep(5);
    const first = performance.now() - began;
    while (this.acknowledged.size < before + count) await sleep(20);
    return first;
  }

  private async book(writer: number): Promise<void> {
    while (!this.stopping) {
      const n = (this.sequence += 1);
      const id = `d-${writer}-${n}`;
      const answer = await this.untilAnswered('/v1/deals', { body: dealOf(id, n), key: id });
      this.acknowledged.set(`deal-${id}`, Number(answer.body['position']));
    }
  }

  private async payOut(): Promise<void> {
    while (!this.stopping) {
      const id = `p-${(this.payouts += 1)}`;
      const draft = await this.untilAnswered(
        '/v1/payouts',
        { body: { id, through: 'FY2026-M03' }, key: `draft-${id}` },
        [409],
      );
      if (draft.status === 409) continue;
      this.acknowledged.set(`payout-${id}`, Number(draft.body['position']));
      await this.untilAnswered(`/v1/payouts/${id}/submit`, { key: `submit-${id}` }, [409]);
      const { headers } = await this.service.insist(this.approver, 'GET', `/v1/payouts/${id}`);
      // New deals make it stale all the time; what was approved in time is paid.
      await this.untilAnswered(
        `/v1/payouts/${id}/approve`,
        { key: `approve-${id}`, seen: headers.get('etag') ?? '' },
        [409, 412],
        this.approver,
      );
      await this.untilAnswered(`/v1/payouts/${id}/confirm`, { key: `confirm-${id}` }, [409]);
    }
  }

  private async untilAnswered(
    where: string,
    request: { body?: object; key: string; seen?: string },
    expected: readonly number[] = [],
    token = this.admin,
  ): Promise<NonNullable<Outcome>> {
    const answers: string[] = [];
    const asked = Date.now();
    // On a busy machine many lives of the service may be too short for an answer.
    const isPatient = (): boolean => Date.now() < Math.max(asked, this.service.readyAt) + 90_000;
    for (; isPatient(); await sleep(20)) {
      const answer = await this.service.send(token, 'POST', where, request);
      answers.push(answer ? `${answer.status}` : 'none');
      if (!answer) continue;
      const { status, headers, body } = answer;
      if (status === 503 || status === 429) {
        if (headers.get('retry-after')) this.refusals.withRetryAfter += 1;
        else this.refusals.without += 1;
        continue;
      }
      if (status < 300) this.lastSuccess = performance.now();
      else if (!expected.includes(status))
        this.surprises.push(`${where}: ${status} ${JSON.stringify(body)}`);
      return answer;
    }
    const last = answers.slice(-20).join(' ');
    throw new Error(
      `${where} was not answered in a minute and a half: ${last}\nThe service said:\n${this.service.said}`,
    );
  }

  /** Holds what was acknowledged against the log, and the rows against a rebuild; the service still runs. */
  async audit(): Promise<Audit> {
    const company = await openCompany(readConfiguration({ EVERYCENT_HOME: this.service.home }));
    try {
      await company.catchUp();
      const found = new Map<string, number>();
      const doubled: string[] = [];
      for await (const page of company.store.readAll(0n, { categories: ['deal', 'payout'] })) {
        for (const { stream, type, position } of page) {
          const key =
            type === 'DealBooked' || type === 'PayoutDrafted' ? stream : `${stream} ${type}`;
          if (found.has(key)) doubled.push(key);
          found.set(key, Number(position));
        }
      }
      const lost = [...this.acknowledged].filter(
        ([stream, position]) => !(Number(found.get(stream)) <= position),
      );
      const rows = await rebuild(company, { check: true });
      return {
        lost: lost.map(([stream, position]) => `${stream} at ${position}: ${found.get(stream)}`),
        doubled,
        differing: rows.filter(({ live, rebuilt }) => live + rebuilt > 0).map(({ table }) => table),
        surprises: this.surprises,
        acknowledged: this.acknowledged.size,
      };
    } finally {
      company.leaveUnsealed();
      await company.close();
    }
  }
}
