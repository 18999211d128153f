import type { Followers } from '#event-store';
import type { Command } from '#kernel';
import type { IssueStatement } from '#disputes';
import type { ForgetPayee } from '#payees';
import type { DraftPayout } from '#payouts';
import type { ClosePeriod } from '#periods';
import { commandTable } from '#scenarios';
import { closedAt, draftAt, type Closed, type KnownThen, type Rows } from './commitments.js';
import { pinnedStatement, type PinSources } from './dispute-statement.js';
import { issuedContent } from './issued-statements.js';
import { atRest } from './rest.postgres.js';
import { unsettledFor } from './unsettled.js';

/** Where it is read what somebody commits to: the running company. */
export interface CommitSources extends PinSources {
  readonly database: { readonly pool: Rows['pool'] };
  readonly ledger: Rows['ledger'];
  readonly followers: Followers;
  knownAt(position: bigint): Promise<KnownThen>;
}

/** Whether a command is about a payout, so that it is decided by rows that know everything. */
export const isPayoutCommand = (type: string): boolean =>
  Object.hasOwn(commandTable, type) && type.endsWith('-payout');

const draftedBy = async (
  company: CommitSources,
  draft: DraftPayout,
): Promise<object | undefined> => {
  if ((await company.book()).facts(`payout-${draft.id}`).length > 0) return undefined;
  const { pool } = company.database;
  return atRest(company.followers, pool, async (position) =>
    draftAt({ pool, ledger: company.ledger }, await company.knownAt(position), draft),
  );
};

const closedBy = async (
  company: CommitSources,
  { period }: ClosePeriod,
): Promise<Closed | undefined> => {
  const book = await company.book();
  if (!book.hasCalendar) return undefined;
  const month = book.calendar.period(period).first;
  if (month !== (book.firstOpenMonth() ?? 0)) return undefined;
  const { pool } = company.database;
  return atRest(company.followers, pool, async (position) =>
    closedAt({ pool, ledger: company.ledger }, await company.knownAt(position), month),
  );
};

// What is submitted, approved or paid is what the draft named.
const namedBy = async (
  company: CommitSources,
  type: string,
  payout: string | undefined,
): Promise<object | undefined> => {
  const drafted = (await company.book()).facts(`payout-${payout}`)[0]?.data as
    { root?: string } | undefined;
  if (drafted?.root === undefined) return undefined;
  if (type !== 'approve-payout' && type !== 'confirm-payout') return { root: drafted.root };
  // Up to where it was looked for facts that make it stale.
  return { root: drafted.root, checkedAt: Number(await company.followers.position()) };
};

/** What was computed for a command to commit to; nothing where it says again what is known, or is refused. */
export const committedBy = async (
  company: CommitSources,
  command: Command,
): Promise<object | undefined> => {
  const { type, data } = command;
  switch (type) {
    case 'open-dispute': {
      const statement = await pinnedStatement(company, command);
      return statement && { statement };
    }
    case 'issue-statement':
      return issuedContent(company, data as IssueStatement);
    case 'forget-payee':
      return { open: await unsettledFor(company, (data as ForgetPayee).payee) };
    case 'draft-payout':
      return draftedBy(company, data as DraftPayout);
    case 'close-period':
      return closedBy(company, data as ClosePeriod);
    default:
      if (!isPayoutCommand(type)) return undefined;
      return namedBy(company, type, (data as { payout?: string }).payout);
  }
};
