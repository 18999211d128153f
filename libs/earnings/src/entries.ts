import type { Credit } from '#crediting';
import { afterCancellation } from './cancellation.js';
import type { Entry, Scope } from './entry.js';
import { addEntries, countsKind, measureContent, movementsBy, rateOn } from './movements.js';

/** What one payee's part of a deal counts in a component, day by day; added to `into`. */
export const addDealEntries = (scope: Scope, credit: Credit, into: Entry[]): void => {
  const { credited, booked, place } = credit;
  const { deal } = credited;
  // Most deals are booked and nothing else.
  if (scope.compiled.on === 'booking' && deal.contents.length === 1 && !deal.cancelled) {
    if (!countsKind(scope, booked)) return;
    const rate = rateOn(scope, deal, deal.bookedOn);
    if (rate && scope.counts(deal.bookedOn)) measureContent(scope, credited, place, 0, rate, into);
    return;
  }
  const movements = movementsBy(scope, credit);
  if (deal.cancelled) {
    into.push(...afterCancellation(scope, credit, movements));
    return;
  }
  for (const movement of movements) {
    if (scope.counts(movement.on)) addEntries(booked, movement, into);
  }
};
