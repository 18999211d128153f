import { didYouMean } from '#kernel';
import { NOTICES } from '../../worker/src/webhooks/notices.js';
import { faultOfUrl } from '../../worker/src/webhooks/outside.js';
import { WebhookRows, type Endpoint } from '../../worker/src/webhooks/webhooks.postgres.js';
import { atMost, EXIT, listed, readStep, UsageError, type Io } from './cli.js';
import { table } from './statement-text.js';
import { required, withCompany } from './with-company.js';

export const help = `Examples
  everycent webhook add https://example.com/hooks --types payout.approved,payout.paid --by dana
  everycent webhook list
  everycent webhook deliveries wh_x1                  what was sent, and how it ended
  everycent webhook redeliver wh_x1 msg_y2
  everycent webhook rotate wh_x1                      a new secret; for a day the old one signs too
  everycent webhook disable wh_x1 --by dana

Tells an https address what happens to statements, payouts and disputes: messages as Standard Webhooks has them,
signed with the secret that add prints, this once. What is not taken (2xx) is sent again, later and later, for
three days. Messages hold ids, no amounts. Types, all of them without --types:
${listed(NOTICES)}
`;

const OPTIONS = {
  types: { type: 'string' },
  by: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const TAKES = {
  add: ['types', 'by'],
  list: [],
  deliveries: [],
  redeliver: [],
  rotate: [],
  disable: ['by'],
} as const;

const typesOf = (text: string | undefined): string[] => {
  const types = text === undefined ? [] : text.split(',');
  const unknown = types.find((type) => !NOTICES.some((notice) => notice === type));
  if (unknown === undefined) return types;
  throw new UsageError(
    `--types ${unknown}: there is no such type${didYouMean(unknown, NOTICES)}; valid: ${NOTICES.join(', ')}.`,
  );
};

type Say = (one: object, line: string) => void;

const shown = (io: Io, say: Say, made: Endpoint & { readonly secret: string }): number => {
  say(made, `${made.id}  ${made.secret}`);
  io.err('Keep the secret: it is not shown again.\n');
  if (made.formerUntil !== undefined)
    io.err(`The one before it signs too until ${made.formerUntil}.\n`);
  return EXIT.fine;
};

/** `webhook add URL`, and what is done with it. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  const { what, values, rest } = readStep('webhook', args, OPTIONS, TAKES);
  atMost(rest, what === 'list' ? 0 : what === 'redeliver' ? 2 : 1);
  const [first, second] = rest;
  const types = typesOf(values.types);
  const by = values.by ?? 'admin';
  const id =
    what === 'list'
      ? ''
      : required(what === 'add' ? 'The address' : 'The id of the webhook', first);
  const fault = what === 'add' ? faultOfUrl(id) : undefined;
  if (fault !== undefined) throw new UsageError(`${id}: ${fault}.`);
  const say: Say = (one, line) => io.out(values.json ? `${JSON.stringify(one)}\n` : `${line}\n`);
  const sayAll = <T extends object>(all: readonly T[], cells: (one: T) => string[]): number => {
    if (!values.json) io.out(table(all.map(cells)));
    else for (const one of all) io.out(`${JSON.stringify(one)}\n`);
    return EXIT.fine;
  };
  return withCompany(io, async (company) => {
    const rows = new WebhookRows(company.database.pool);
    const missing = (noun: string, of: string): number => {
      io.err(`There is no ${noun} "${of}".\n`);
      return EXIT.failed;
    };
    switch (what) {
      case 'add': {
        const made = await rows.add({ url: id, types, by, since: await company.store.head() });
        if (made) return shown(io, say, made);
        io.err('There are twenty webhooks already: disable one first.\n');
        return EXIT.conflict;
      }
      case 'list':
        return sayAll(await rows.list(), (one) => [
          one.id,
          one.url,
          one.types.join(',') || 'everything',
          one.disabled ? `disabled: ${one.disabled.why}` : '',
        ]);
      case 'deliveries':
        return sayAll(await rows.deliveries(id), (one) => [
          one.id,
          one.type,
          `position ${one.position}`,
          one.status,
          `${one.attempts} attempts`,
          String(one.answer ?? ''),
        ]);
      case 'redeliver': {
        const delivery = required('The id of the delivery', second);
        return (await rows.redeliver(id, delivery)) ? EXIT.fine : missing('delivery', delivery);
      }
      case 'rotate': {
        const rotated = await rows.rotate(id);
        return rotated ? shown(io, say, rotated) : missing('webhook', id);
      }
      case 'disable':
        return (await rows.disable(id, `Disabled by ${by}.`)) ? EXIT.fine : missing('webhook', id);
    }
  });
};
