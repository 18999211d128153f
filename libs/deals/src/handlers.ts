import {
  handler,
  recordedOnce,
  refuseUnknown,
  requirePayee,
  type Command,
  type CommandHandler,
  type Known,
} from '#kernel';
import {
  AdjustCredit,
  AmendDeal,
  BookDeal,
  CancelDeal,
  CorrectDeal,
  RecordInvoice,
  RecordPayment,
} from './deal.commands.js';
import { deal } from './deal.js';

const ofDeal = (data: { readonly deal: string }): string => `deal-${data.deal}`;

const payeesOf = ({ team = [] }: Pick<BookDeal, 'team'>): readonly string[] =>
  team.map(({ payee }) => payee);

const checkCredit = ({ data }: Command<string, AdjustCredit>, { facts }: Known): void => {
  requirePayee(facts, data.payee);
  if (!facts.deal(data.deal)) refuseUnknown('DealNotFound', 'deal', data.deal, []);
};

/** What can be said about deals, by the name of the command. */
export const dealHandlers: Readonly<Record<string, CommandHandler>> = {
  'book-deal': handler(BookDeal, {
    stream: ({ id }) => `deal-${id}`,
    decider: deal,
    payees: payeesOf,
  }),
  'amend-deal': handler(AmendDeal, { stream: ofDeal, decider: deal }),
  'correct-deal': handler(CorrectDeal, { stream: ofDeal, decider: deal, payees: payeesOf }),
  'cancel-deal': handler(CancelDeal, { stream: ofDeal, decider: deal }),
  'record-invoice': handler(RecordInvoice, { stream: ofDeal, decider: deal }),
  'record-payment': handler(RecordPayment, { stream: ofDeal, decider: deal }),
  'adjust-credit': handler(AdjustCredit, {
    stream: ({ id }) => `creditadjustment-${id}`,
    decider: recordedOnce<AdjustCredit>(
      'CreditAdjusted',
      'CreditAdjustedDifferently',
      'manual credit',
    ),
    check: checkCredit,
    deals: (data) => [data.deal],
  }),
};
