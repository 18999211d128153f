import { Injectable } from '@nestjs/common';
import { parseDay, refuse as refuseRule, type Period } from '#kernel';
import type { Book } from '#crediting';
import { OpenCompany } from '../../worker/src/company.js';
import type { CalledRequest, Caller } from './caller.js';
import { HttpRefusal } from './problem.js';

const WAIT_MS = 5000;
const MONTHS_AHEAD = 120;
const MONTHS_BEFORE = 120;

/** Whose things somebody sees: everybody's, or those of some payees. */
export type Visible = 'all' | ReadonlySet<string>;

/** What is known, and of when. */
export interface View {
  readonly book: Book;
  /** The day on which it is looked at, as a number. */
  readonly day: number;
  /** Undefined for now. */
  readonly position?: bigint;
}

/** What decides what a reader sees: `after` a position that he wrote, or `asOf` an instant or position. */
export interface When {
  readonly after?: string;
  readonly asOf?: string;
}

const today = (): number => parseDay(new Date().toISOString().slice(0, 10)) as number;

const refuse = (name: string, message: string): never => {
  throw new HttpRefusal('InvalidParameter', `${name}: ${message}`, [
    { pointer: name, code: 'invalid', message },
  ]);
};

/** There is nothing of that id, or nothing that this login may know of. */
export const notFound = (noun: string, id: string): never => {
  throw new HttpRefusal('NotFound', `There is no ${noun} "${id}" for this login.`);
};

/** Answers what a reader asks first: what is known at the time he names, and whose things he sees. */
@Injectable()
export class Reader {
  constructor(private readonly company: OpenCompany) {}

  /** Waits until rows have reached `after`. Refuses a position that the log has not reached. */
  async wait({ after }: When): Promise<void> {
    if (after === undefined) return;
    const position = BigInt(after);
    await this.refuseBeyondLog('after', position);
    if (await this.company.followers.reached(position, WAIT_MS)) return;
    throw new HttpRefusal(
      'PositionNotReached',
      `Rows have not reached position ${after} within five seconds.`,
    );
  }

  /** What is known now or was known then, of all but deals. */
  async view(when: When): Promise<View> {
    const { asOf } = when;
    const book = await this.company.book();
    if (asOf === undefined) return { book, day: today() };
    if (/^\d+$/.test(asOf)) await this.refuseBeyondLog('asOf', BigInt(asOf));
    const position = (await this.company.positionOf(asOf)) as bigint;
    const day = asOf.includes('T') ? (parseDay(asOf.slice(0, 10)) as number) : today();
    return { book: book.asOf(Number(position)), day, position };
  }

  /**
   * The fiscal period of a name, in a calendar that is known. Refuses one that lies further off than anybody plans:
   * calculating it would take for ever.
   */
  periodOf({ book, day }: View, name: string): Period {
    if (!book.hasCalendar) {
      return refuseRule(
        'CalendarNotDefined',
        'No fiscal calendar is defined yet, so there are no periods.',
      );
    }
    const { calendar } = book;
    const period = calendar.period(name);
    const latest = Math.max(calendar.monthOf(day), book.firstOpenMonth() ?? 0) + MONTHS_AHEAD;
    if (period.first >= -MONTHS_BEFORE && period.last <= latest) return period;
    const [first, last] = [calendar.monthName(-MONTHS_BEFORE), calendar.monthName(latest)];
    return refuse('period', `${name} is too far off; valid: from ${first} to ${last}`);
  }

  /**
   * Whose things the caller of a request sees: a manager those of everybody below him, as the line stands. Of what was
   * known at an earlier time also those who were below him then: he could see it when it was so.
   */
  async visible(request: CalledRequest, { asOf }: When = {}): Promise<Visible> {
    if (request.reach === 'all') return 'all';
    const { payee } = request.caller as Caller;
    if (payee === undefined) return new Set();
    if (request.reach === 'own') return new Set([payee]);
    const book = await this.company.book();
    const below = book.below(payee, today());
    if (asOf === undefined) return new Set([payee, ...below]);
    const position = (await this.company.positionOf(asOf)) as bigint;
    const then = book.asOf(Number(position)).below(payee, await this.dayOf(asOf, position));
    return new Set([payee, ...below, ...then]);
  }

  // The line of tomorrow opens nothing today, whatever instant is named.
  private async dayOf(asOf: string, position: bigint): Promise<number> {
    const instant = asOf.includes('T') ? asOf : await this.company.recordedAt(position);
    return Math.min(today(), parseDay(instant.slice(0, 10)) ?? today());
  }

  /** Refuses with `NotFound` what belongs to a payee whom the caller does not see. */
  async requireVisible(
    request: CalledRequest,
    payee: string,
    noun: string,
    id: string,
    when: When = {},
  ): Promise<void> {
    const visible = await this.visible(request, when);
    if (visible !== 'all' && !visible.has(payee)) notFound(noun, id);
  }

  private async refuseBeyondLog(name: string, position: bigint): Promise<void> {
    const { position: head } = await this.company.health();
    if (position > BigInt(head)) refuse(name, `the log ends at position ${head}`);
  }
}
