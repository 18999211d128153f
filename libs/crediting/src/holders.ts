import { Exact } from '#kernel';
import type { Deal } from './book-deals.js';
import type { Move, Territory } from './book-territories.js';
import type { Book } from './book.js';

/** Somebody who has a part of a deal's credit, and how much of the whole. */
export interface Holder {
  readonly payee: string;
  readonly share: Exact;
  /** The log positions of the facts that make him a holder. */
  readonly positions: readonly number[];
}

/** Who holds a deal: direct holders in order of payee ids, overlays beside them. */
export interface Holders {
  readonly direct: readonly Holder[];
  readonly overlay: readonly Holder[];
  /** Why a part of the direct credit belongs to nobody. */
  readonly missing: 'no-territory' | 'no-owner' | undefined;
  readonly territory: string | undefined;
}

const byPayee = (a: Holder, b: Holder): number => (a.payee < b.payee ? -1 : 1);

const lastMove = (moves: readonly Move[], day: number): Move | undefined => {
  let found: Move | undefined;
  for (const move of moves) if (move.on <= day) found = move;
  return found;
};

const NOBODY: readonly Holder[] = [];

/** The territory of an account on a day: the explicit move in force, else the matching rule. */
export const territoryOf = (book: Book, account: string, day: number): Territory | undefined => {
  const move = lastMove(book.movesOf(account), day);
  return move ? book.territory(move.to) : book.territoryByRule(account);
};

// Several entries of one payee are one holder with the sum of the shares.
const merged = (holders: readonly Holder[]): readonly Holder[] => {
  if (holders.length === 1 && !holders[0]?.share.isZero) return holders;
  const byId = new Map<string, Holder>();
  for (const holder of holders) {
    const known = byId.get(holder.payee);
    byId.set(
      holder.payee,
      known
        ? {
            payee: holder.payee,
            share: known.share.plus(holder.share),
            positions: [...known.positions, ...holder.positions],
          }
        : holder,
    );
  }
  return [...byId.values()].filter((holder) => !holder.share.isZero).sort(byPayee);
};

const covering = (territory: Territory, role: 'owner' | 'overlay', day: number): Holder[] =>
  territory.coverage
    .filter((item) => item.role === role && item.from <= day && day <= item.to)
    .sort((a, b) => a.from - b.from)
    .map(({ payee, share, position }) => ({ payee, share, positions: [position] }));

const scaled = (holders: readonly Holder[], share: Exact, position: number): Holder[] =>
  holders.map((holder) => ({
    payee: holder.payee,
    share: holder.share.times(share),
    positions: [...holder.positions, position],
  }));

// In a holdover the owners before the move keep their part of what is booked up to its end.
const ownersOf = (book: Book, deal: Deal, territory: Territory): Holder[] => {
  const owners = covering(territory, 'owner', deal.bookedOn);
  const move = lastMove(book.movesOf(deal.account), deal.bookedOn);
  const holdover = move?.holdover;
  if (!move || !holdover || deal.bookedOn > holdover.until) return owners;
  if (deal.openedOn !== undefined && deal.openedOn >= move.on) return owners;
  const before = territoryOf(book, deal.account, move.on - 1);
  const earlier = before ? covering(before, 'owner', move.on - 1) : [];
  if (earlier.length === 0) return owners;
  return [
    ...scaled(earlier, holdover.share, move.position),
    ...scaled(owners, Exact.ONE.minus(holdover.share), move.position),
  ];
};

// Of several overlays of one payee that of the nearest territory counts, there the latest entry.
const overlaysOf = (book: Book, territory: Territory, day: number): readonly Holder[] => {
  const found = new Map<string, Holder>();
  const seen = new Set<string>();
  let node: Territory | undefined = territory;
  while (node && !seen.has(node.id)) {
    seen.add(node.id);
    const here = new Map(covering(node, 'overlay', day).map((holder) => [holder.payee, holder]));
    for (const [payee, holder] of here) if (!found.has(payee)) found.set(payee, holder);
    node = node.parent === undefined ? undefined : book.territory(node.parent);
  }
  return [...found.values()].sort(byPayee);
};

const heldBy = (
  direct: readonly Holder[],
  overlay: readonly Holder[],
  territory: Territory | undefined,
  missing?: Holders['missing'],
): Holders => ({ direct, overlay, territory: territory?.id, missing });

/** Who has credit of a deal, on its booking date: the team or the owners, and the overlays. */
export const holdersOf = (book: Book, deal: Deal): Holders => {
  const territory = territoryOf(book, deal.account, deal.bookedOn);
  const overlay = territory ? overlaysOf(book, territory, deal.bookedOn) : NOBODY;
  if (deal.team && deal.team.length > 0) {
    return heldBy(merged(deal.team), overlay, territory);
  }
  if (!territory) return heldBy(NOBODY, overlay, territory, 'no-territory');
  const direct = merged(ownersOf(book, deal, territory));
  const whole = Exact.sum(direct.map((holder) => holder.share));
  const isWhole = !whole.lessThan(Exact.ONE);
  return heldBy(direct, overlay, territory, isWhole ? undefined : 'no-owner');
};
