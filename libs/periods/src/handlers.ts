import {
  handler,
  refuse,
  refusePersonal,
  type Command,
  type CommandHandler,
  type Known,
} from '#kernel';
import { ClosePeriod, DefineCalendar, SetPolicy } from './period.commands.js';
import { calendar, period, policy } from './period.js';

const checkClosed = ({ data }: Command<string, ClosePeriod>, { facts }: Known): void => {
  // The calendar's months are numbered from that of its start.
  const next = facts.firstOpenMonth() ?? 0;
  const name = facts.calendar.monthName(next);
  if (data.period === name) return;
  refuse('PeriodNotNext', `Months are closed in order: the next one to close is ${name}.`);
};

const checkPolicy = ({ data }: Command<string, SetPolicy>, { facts }: Known): void => {
  const { personalAttributes: marked } = data;
  if (!marked) return;
  for (const id of facts.planIds)
    for (const { plan } of facts.planVersions(id))
      refusePersonal(`plan "${id}", from ${plan.from}`, plan.components, marked);
};

/** What can be said about the company's time and policies, by the name of the command. */
export const periodHandlers: Readonly<Record<string, CommandHandler>> = {
  'define-calendar': handler(DefineCalendar, {
    stream: () => 'calendar-company',
    decider: calendar,
  }),
  'set-policy': handler(SetPolicy, {
    stream: () => 'policy-company',
    decider: policy,
    check: checkPolicy,
  }),
  'close-period': handler(ClosePeriod, {
    stream: () => 'period-company',
    decider: period,
    check: checkClosed,
  }),
};
