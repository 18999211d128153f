import type { Book } from '#crediting';
import { GoverningMonths } from './governing.js';
import { componentVersions, type ComponentVersion } from './terms.js';

/** What a plan is to everybody who has it. */
export interface PlanShape {
  readonly currency: string;
  readonly isCapped: boolean;
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
      isCapped: versions.some((version) => version.plan.cap !== undefined),
      components: [...ids].map((id) => {
        const own = componentVersions(versions, id);
        return { id, versions: own, months: new GoverningMonths(book.calendar, own) };
      }),
    };
  });
