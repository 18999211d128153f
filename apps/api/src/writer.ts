import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { canonicalJson, type Fault } from '#kernel';
import { handlerOf, readCommand, refuseMalformed } from '#scenarios';
import { readBody } from './body.js';
import { loginOf, type CalledRequest, type Caller } from './caller.js';
import { sent } from './commands.handler.js';
import { OpenCompany } from '../../worker/src/company.js';
import type { Executed } from '../../worker/src/execution.js';
import { settleCurrencies, type CurrencySources } from './currencies.js';
import type { Exchange } from './exchange.js';
import { Idempotency, type Answer } from './idempotency.postgres.js';
import { readPath } from './parameters.js';
import { HttpRefusal } from './problem.js';

const KEY = /^[\x21-\x7e]{1,200}$/;

/** Commands that move money, or cannot be taken back: sent twice by accident, they would be costly. */
export const NEEDS_KEY: ReadonlySet<string> = new Set([
  'book-deal',
  'amend-deal',
  'correct-deal',
  'cancel-deal',
  'record-invoice',
  'record-payment',
  'adjust-credit',
  'adjust-earnings',
  'draft-payout',
  'submit-payout',
  'approve-payout',
  'reject-payout',
  'confirm-payout',
  'reverse-payout',
  'forget-payee',
]);

/** What a path says stands in the command; a body that says otherwise contradicts it. */
const withPath = (
  type: string,
  data: Readonly<Record<string, unknown>>,
  path: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> => {
  for (const [name, value] of Object.entries(path)) {
    if (data[name] === undefined || data[name] === value) continue;
    const fault: Fault = { path: name, code: 'contradiction', message: `the path says "${value}"` };
    refuseMalformed(type, [fault]);
  }
  return { ...data, ...path };
};

// Decimals that are badly written hide nothing else that is wrong.
const refuseTogether = (type: string, found: readonly Fault[], fields: object): never => {
  const paths = new Set(found.map(({ path }) => path));
  const others = readCommand(type, fields).faults ?? [];
  return refuseMalformed(type, [...found, ...others.filter(({ path }) => !paths.has(path))]);
};

const currencyOf = (
  events: readonly { readonly data: { currency?: string } }[],
): string | undefined =>
  events.reduce<string | undefined>((currency, { data }) => data.currency ?? currency, undefined);

/** What must hold before a command is given; a request that is sent again was already let through. */
export type Precondition = (caller: Caller, data: object) => Promise<void>;

/** Turns requests into commands: reads the body, keeps the Idempotency-Key, gives the command to its handler. */
@Injectable()
export class Writer {
  private readonly sources: CurrencySources = {
    book: () => this.company.book(),
    ofDeal: async (id) => currencyOf(await this.company.store.read(`deal-${id}`)),
  };

  constructor(
    private readonly company: OpenCompany,
    private readonly bus: CommandBus,
    private readonly idempotency: Idempotency,
  ) {}

  /**
   * Gives the command that a request describes and answers with the log position that shows it. What is in the path
   * need not be in the body.
   */
  async write(
    { request, response, commands }: Exchange,
    precondition?: Precondition,
  ): Promise<object> {
    const type = commands[0] as string;
    const data = await this.read(type, request);
    // Nest has set the status of a success.
    const status = response.statusCode;
    const answer = await this.answer(type, data, request, status, precondition);
    response.status(answer.status);
    if (answer.replayed) response.setHeader('Idempotent-Replayed', 'true');
    return answer.body;
  }

  /** The command that a request describes, in its normal form; refused where it is malformed. */
  async read(type: string, request: CalledRequest): Promise<object> {
    const body = readBody(type, handlerOf(type).shape, request.body ?? {});
    const fields = withPath(type, body.data, readPath(request.params));
    if (body.faults.length > 0) refuseTogether(type, body.faults, fields);
    const reading = readCommand(
      type,
      await settleCurrencies(type, fields, body.currencies, this.sources),
    );
    return reading.faults ? refuseMalformed(type, reading.faults) : reading.data;
  }

  private async answer(
    type: string,
    data: object,
    request: CalledRequest,
    status: number,
    precondition: Precondition | undefined,
  ): Promise<Answer> {
    const key = request.get('idempotency-key');
    if (key === undefined && NEEDS_KEY.has(type)) {
      const message =
        'This is not to happen twice: send an Idempotency-Key, such as a UUID, and the same one when you try again.';
      throw new HttpRefusal('IdempotencyKeyRequired', message);
    }
    const caller = request.caller as Caller;
    const run = async (commandId?: string): Promise<Answer> => {
      await precondition?.(caller, data);
      const executed = await this.execute(
        type,
        data,
        request,
        commandId === undefined ? {} : { commandId },
      );
      return {
        status: executed.events.length > 0 ? status : 200,
        body: {
          ...('id' in data ? { id: data.id } : {}),
          position: Number(executed.position),
          events: executed.events.map((event) => event.type),
        },
      };
    };
    if (key === undefined) return run();
    if (!KEY.test(key)) {
      const message =
        'Idempotency-Key: expected 1 to 200 printable ASCII characters without spaces.';
      throw new HttpRefusal('InvalidParameter', message);
    }
    const described = `${request.method} ${request.path}\n${type}\n${canonicalJson(data)}`;
    return this.idempotency.once({ login: loginOf(caller), key, request: described }, run);
  }

  /** Gives a command in its normal form in the name of who sends the request. */
  execute(
    type: string,
    data: object,
    request: CalledRequest,
    { commandId, computed }: { readonly commandId?: string; readonly computed?: object } = {},
  ): Promise<Executed> {
    const { user, role, payee, key } = request.caller as Caller;
    return this.bus.execute(
      sent({
        type,
        data,
        by: user,
        role,
        ...(payee === undefined ? {} : { payee }),
        ...(key === undefined ? {} : { key: key.id }),
        ...(computed === undefined ? {} : { with: computed }),
        ...(commandId === undefined ? {} : { commandId }),
      }),
    );
  }
}
