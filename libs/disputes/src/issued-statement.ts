import { isHimself, refuse, type Command, type Decider } from '#kernel';
import type { AcknowledgeStatement, IssueStatement } from './issued-statement.commands.js';

// ---- Events ----------------------------------------------------------------------------

/** The very words that were issued: what is computed anew may one day be computed otherwise. */
export interface IssuedContent {
  /** The log position at which the statement was read, and the SHA-256 of its content. */
  readonly position: number;
  readonly sha256: string;
  /** The content, deflated, in base64. */
  readonly content: string;
  /** The version of the calculation that it comes of. */
  readonly calculation: number;
}

/** What happens to the statements of a payee, in the stream `statement-<payee>`. */
export type StatementEvent =
  | {
      readonly type: 'StatementIssued';
      readonly data: IssueStatement & Partial<IssuedContent> & By;
    }
  | { readonly type: 'StatementAcknowledged'; readonly data: AcknowledgeStatement & By };

interface By {
  readonly by: string;
}

// ---- Commands --------------------------------------------------------------------------

/** What can be done about a payee's statements. */
export type StatementCommand =
  | Command<'issue-statement', IssueStatement>
  | Command<'acknowledge-statement', AcknowledgeStatement>;

// ---- State -----------------------------------------------------------------------------

/** The statement of a period that was issued last, and whether the payee has seen it. */
export interface LastIssued {
  readonly sha256: string;
  readonly acknowledged: boolean;
}

/** By period. */
export type IssuedStatements = ReadonlyMap<string, LastIssued>;

// ---- Rules -----------------------------------------------------------------------------

const issue = (
  command: Extract<StatementCommand, { type: 'issue-statement' }>,
  issued: IssuedStatements,
): readonly StatementEvent[] => {
  const { data, by } = command;
  const content = command.with as Partial<IssuedContent> | undefined;
  // What says the same as the last one is not issued again.
  if (issued.get(data.period)?.sha256 === (content?.sha256 ?? '')) return [];
  return [{ type: 'StatementIssued', data: { ...data, ...content, by } }];
};

const acknowledge = (
  command: Extract<StatementCommand, { type: 'acknowledge-statement' }>,
  issued: IssuedStatements,
): readonly StatementEvent[] => {
  const { data, by } = command;
  const { payee, period } = data;
  if (!isHimself(command, payee)) {
    return refuse('NotYourStatement', `Only "${payee}" acknowledges his own statement.`);
  }
  const last = issued.get(period);
  if (!last)
    return refuse('StatementNotIssued', `No statement of ${period} was issued to "${payee}".`);
  if (data.sha256 !== undefined && data.sha256 !== last.sha256) {
    const message = `Another statement of ${period} was issued since: ${last.sha256}.`;
    return refuse('StatementReissued', message, { sha256: last.sha256 });
  }
  if (last.acknowledged) return [];
  return [{ type: 'StatementAcknowledged', data: { ...data, sha256: last.sha256, by } }];
};

/** The rules of a payee's issued statements. */
export const issuedStatements: Decider<StatementCommand, StatementEvent, IssuedStatements> = {
  initial: new Map(),

  decide(command, issued) {
    switch (command.type) {
      case 'issue-statement':
        return issue(command, issued);
      case 'acknowledge-statement':
        return acknowledge(command, issued);
    }
  },

  evolve(issued, event) {
    const { period } = event.data;
    switch (event.type) {
      case 'StatementIssued': {
        const sha256 = event.data.sha256 ?? '';
        return new Map(issued).set(period, { sha256, acknowledged: false });
      }
      case 'StatementAcknowledged':
        return new Map(issued).set(period, {
          ...(issued.get(period) as LastIssued),
          acknowledged: true,
        });
    }
  },
};
