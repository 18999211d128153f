import { refuse, same, type Command, type Decider } from '#kernel';
import type { ClosePeriod, DefineCalendar, SetPolicy } from './period.commands.js';

/** The company's fiscal calendar, in the stream `calendar-company`. */
export type CalendarEvent = { readonly type: 'CalendarDefined'; readonly data: DefineCalendar };
/** The company's policies, in the stream `policy-company`. */
export type PolicyEvent = { readonly type: 'PolicySet'; readonly data: SetPolicy };
/** The fiscal months that are closed, in the stream `period-company`. */
export type PeriodEvent = { readonly type: 'PeriodClosed'; readonly data: ClosePeriod };

/** The rule of the calendar: there is one, and it does not change. */
export const calendar: Decider<
  Command<'define-calendar', DefineCalendar>,
  CalendarEvent,
  DefineCalendar | undefined
> = {
  initial: undefined,
  decide({ data }, state) {
    if (!state) return [{ type: 'CalendarDefined', data }];
    if (same(withPattern(state), withPattern(data))) return [];
    const message = 'The company has a fiscal calendar already, and a calendar does not change.';
    return refuse('CalendarDefinedDifferently', message);
  },
  evolve: (_state, { data }) => data,
};

const withPattern = (data: DefineCalendar): DefineCalendar =>
  data.months ? data : { pattern: 'monthly', ...data };

/** The rule of policies: the last one said again changes nothing. */
export const policy: Decider<
  Command<'set-policy', SetPolicy>,
  PolicyEvent,
  SetPolicy | undefined
> = {
  initial: undefined,
  decide: ({ data }, last) => (same(last, data) ? [] : [{ type: 'PolicySet', data }]),
  evolve: (_last, { data }) => data,
};

/** The rule of closing: a closed month stays closed, and closing it again changes nothing. */
export const period: Decider<
  Command<'close-period', ClosePeriod>,
  PeriodEvent,
  ReadonlySet<string>
> = {
  initial: new Set(),
  decide: ({ data, with: committed }, closed) =>
    closed.has(data.period) ? [] : [{ type: 'PeriodClosed', data: { ...data, ...committed } }],
  evolve: (closed, { data }) => new Set(closed).add(data.period),
};
