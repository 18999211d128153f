import type { Asked } from '#ledger';
import type { Hold } from './payout.commands.js';

/** What holds leave of what a draft asks about: who gets nothing by it, and who at most a part. */
export const askedWith = (holds: readonly Hold[] = []): Pick<Asked, 'held' | 'atMost'> => {
  const held = holds.filter(({ pay }) => pay === undefined).map(({ payee }) => payee);
  const parts = holds.flatMap(({ payee, pay }) =>
    pay === undefined ? [] : [[payee, pay] as const],
  );
  return { ...(held.length > 0 && { held }), ...(parts.length > 0 && { atMost: new Map(parts) }) };
};
