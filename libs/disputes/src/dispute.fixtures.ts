import type { DisputeEvent, OpenDispute, ResolveDispute } from './index.js';

/** What Ana says of a deal. */
export const claim: OpenDispute = {
  id: 'x1',
  payee: 'ana',
  about: { deal: 'd1' },
  claim: 'It was mine.',
};

/** Ana has said it. */
export const opened: DisputeEvent = { type: 'DisputeOpened', data: { ...claim, by: 'ana' } };

/** What Max answers. */
export const decision: ResolveDispute = { dispute: 'x1', outcome: 'denied', text: 'It was not.' };

/** Max has answered it. */
export const resolved: DisputeEvent = { type: 'DisputeResolved', data: { ...decision, by: 'max' } };
