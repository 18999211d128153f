import { dispute, type DisputeEvent, type IssueStatement } from '#disputes';
import type { RecordedEvent } from '#event-store';
import { payout, type PayoutEvent } from '#payouts';

/** What receivers can be told about. */
export const NOTICES = [
  'statement.issued',
  'statement.acknowledged',
  'payout.drafted',
  'payout.submitted',
  'payout.approved',
  'payout.rejected',
  'payout.paid',
  'payout.reversed',
  'dispute.opened',
  'dispute.assigned',
  'dispute.commented',
  'dispute.evidence-attached',
  'dispute.escalated',
  'dispute.resolved',
  'dispute.withdrawn',
] as const;
export type NoticeType = (typeof NOTICES)[number];

/** A message to receivers: that something happened, and where to look; no amounts, and no words of people. */
export interface Notice {
  readonly type: NoticeType;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const TYPES: Readonly<Record<string, NoticeType>> = {
  StatementIssued: 'statement.issued',
  StatementAcknowledged: 'statement.acknowledged',
  PayoutDrafted: 'payout.drafted',
  PayoutSubmitted: 'payout.submitted',
  PayoutApproved: 'payout.approved',
  PayoutRejected: 'payout.rejected',
  PayoutConfirmed: 'payout.paid',
  PayoutReversed: 'payout.reversed',
  DisputeOpened: 'dispute.opened',
  DisputeAssigned: 'dispute.assigned',
  DisputeCommented: 'dispute.commented',
  DisputeEvidenceAttached: 'dispute.evidence-attached',
  DisputeEscalated: 'dispute.escalated',
  DisputeResolved: 'dispute.resolved',
  DisputeWithdrawn: 'dispute.withdrawn',
};

/** The categories of streams that receivers can be told about. */
export const TOLD = ['statement', 'payout', 'dispute'] as const;

const idOf = (stream: string): string => stream.slice(stream.indexOf('-') + 1);

// The status after the event, by the rules themselves: a payout may need another approval yet.
const statusOf = (history: readonly RecordedEvent[]): string | undefined => {
  if (history[0]?.type === 'PayoutDrafted') {
    return history.reduce(
      (state, event) => payout.evolve(state, event as unknown as PayoutEvent),
      payout.initial,
    )?.status;
  }
  return history.reduce(
    (state, event) => dispute.evolve(state, event as unknown as DisputeEvent),
    dispute.initial,
  )?.status;
};

/** The message about an event, given its stream up to it; undefined where nobody is told. */
export const noticeOf = (
  event: RecordedEvent,
  history: readonly RecordedEvent[],
): Notice | undefined => {
  const type = TYPES[event.type];
  if (!type) return undefined;
  const { stream, position, meta } = event;
  const told = { position: Number(position) };
  const said = { type, timestamp: meta.recorded };
  if (type.startsWith('statement.')) {
    const { payee, period, sha256 } = event.data as IssueStatement & { sha256?: string };
    return { ...said, data: { payee, period, ...(sha256 !== undefined && { sha256 }), ...told } };
  }
  const noun = type.slice(0, type.indexOf('.'));
  const status = statusOf(history);
  // The first of two approvals is none that can be acted upon.
  if (type === 'payout.approved' && status !== 'approved') return undefined;
  return { ...said, data: { [noun]: idOf(stream), status, ...told } };
};
