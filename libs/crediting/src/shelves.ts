import type { Fact } from './fact.js';

/** The shelf of a book on which a fact is kept: its stream, or what it is about if another entity owns it. */
export const shelfOf = (fact: Fact): string => {
  const data = fact.data as { deal?: string; payee?: string; metric?: string };
  switch (fact.type) {
    case 'CreditAdjusted':
      return `creditadjustment-${data.deal}`;
    case 'EarningsAdjusted':
      return `earningsadjustment-${data.payee}`;
    case 'MetricRecorded':
      return `metric-${data.metric}`;
    default:
      return fact.stream;
  }
};

/** What kind of thing a shelf is about. */
export const categoryOf = (shelf: string): string => shelf.slice(0, shelf.indexOf('-'));
