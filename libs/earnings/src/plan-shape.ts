import type { Book } from '#crediting';
import { capPlaces, compileCaps, type CapPlace } from './compile.js';
import { GoverningMonths } from './governing.js';
import { componentVersions, type ComponentVersion } from './terms.js';

/** What a plan is to everybody who has it. */
export interface PlanShape {
  readonly currency: string;
  /** The places of its caps, in the order in which they act. */
  readonly capPlaces: readonly CapPlace[];
  readonly components: readonly {
    readonly id: string;
    readonly versions: readonly ComponentVersion[];
    readonly months: GoverningMonths;
  }[];
}

/** What a plan is to everybody who has it: worked out once for what a book knows of it. */
export const planShape = ({ reference: book }: Book, plan: string): PlanShape =>
  book.derivedFromAll(`shape of ${plan}`, () => {
    const versions = book.planVersions(plan);
    const ids = new Set(versions.flatMap((version) => version.plan.components.map(({ id }) => id)));
    return {
      currency: versions[0]?.plan.currency as string,
      capPlaces: capPlaces(versions.map((version) => compileCaps(version.plan.cap))),
      components: [...ids].map((id) => {
        const own = componentVersions(versions, id);
        return { id, versions: own, months: new GoverningMonths(book.calendar, own) };
      }),
    };
  });
