import { dayOf } from '#kernel';
import type { Book, Fact } from '#crediting';

interface Dated {
  readonly on?: string;
  readonly bookedOn?: string;
  readonly period?: string;
}

// Facts about what happened; what is only arranged (plans, quotas, territories) may lie far ahead.
const ACTIVITY = ['deal', 'creditadjustment', 'earningsadjustment', 'metric', 'objective'];

const lastMonth = (book: Book, fact: Fact): number => {
  const { on, bookedOn, period } = fact.data as Dated;
  const days = [on, bookedOn].flatMap((date) => (date === undefined ? [] : dayOf(date)));
  const months = days.map((day) => book.calendar.monthOf(day));
  if (period !== undefined) months.push(book.calendar.period(period).last);
  return Math.max(0, ...months);
};

/**
 * The last fiscal month that is calculated unless somebody asks for another: the end of the fiscal
 * year of the latest activity, and at least the first open month, in which what changed is posted.
 */
export const horizonOf = (book: Book): number => {
  let month = book.firstOpenMonth() ?? 0;
  for (const category of ACTIVITY) {
    for (const id of book.idsOf(category)) {
      for (const fact of book.facts(`${category}-${id}`)) {
        month = Math.max(month, lastMonth(book, fact));
      }
    }
  }
  return book.calendar.periodOf('year', month).last;
};
