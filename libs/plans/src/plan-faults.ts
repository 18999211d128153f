import { didYouMean, type Fault } from '#kernel';
import type { Cap, Component, Draw } from './component.commands.js';
import { componentFaults, gatePath } from './component-faults.js';
import { axisOf, capsOf, gatesOf, windowOf } from './component-terms.js';

/** Another component that one looks at: where it says so, and which. */
interface Reference {
  readonly path: string;
  readonly of: string;
}

const referencesOf = (component: Component): readonly Reference[] => {
  const { tiers, matrix } = component;
  const references: Reference[] = [];
  gatesOf(component).forEach(({ component: of }, i) => {
    if (of !== undefined) references.push({ path: `${gatePath(component, i)}.component`, of });
  });
  if (tiers?.of !== undefined) references.push({ path: 'tiers.of', of: tiers.of });
  for (const axis of matrix ? (['rows', 'columns'] as const) : []) {
    const terms = matrix && axisOf(matrix[axis]);
    if (terms && terms.of !== 'self') references.push({ path: `matrix.${axis}`, of: terms.of });
  }
  return references;
};

/** The ids on the way from one component back to itself, or undefined. */
const circleFrom = (
  start: string,
  edges: ReadonlyMap<string, readonly Reference[]>,
): readonly string[] | undefined => {
  const ways: (readonly string[])[] = [[start]];
  const seen = new Set<string>();
  for (const way of ways) {
    for (const { of } of edges.get(way.at(-1) as string) ?? []) {
      if (of === start) return [...way, of];
      if (!seen.has(of)) ways.push([...way, of]);
      seen.add(of);
    }
  }
  return undefined;
};

type Indexed = readonly (Component | undefined)[];

const referenceFaults = (components: Indexed): readonly Fault[] => {
  const known = new Map(components.flatMap((c) => (c ? [[c.id, c] as const] : [])));
  const edges = new Map([...known.values()].map((c) => [c.id, referencesOf(c)] as const));
  const faults: Fault[] = [];
  components.forEach((component, i) => {
    if (!component) return;
    const note = (path: string, message: string): void => {
      faults.push({ path: `components[${i}].${path}`, code: 'contradiction', message });
    };
    for (const { path, of } of edges.get(component.id) ?? []) {
      const other = known.get(of);
      if (of === component.id) note(path, `names the component itself; say "self" for that`);
      // A component that is malformed may be the one that is meant.
      else if (!other && !components.includes(undefined)) {
        const ids = [...known.keys()];
        note(
          path,
          `there is no component "${of}" in the plan${didYouMean(of, ids)}; there are ${ids.join(', ')}`,
        );
      } else if (other && windowOf(other) === 'deal') {
        note(
          path,
          `"${of}" has window: deal, and so nothing to look up; name one with a longer window`,
        );
      }
    }
    const circle = circleFrom(component.id, edges);
    if (circle && circle.length > 2) {
      note(
        edges.get(component.id)?.find(({ of }) => of === circle[1])?.path ?? '',
        `goes in a circle: ${circle.join(' > ')}`,
      );
    }
  });
  return faults;
};

const drawFaults = ({ kind, recoverAtMost, recoverFrom, from, to }: Draw): readonly Fault[] => {
  const faults: Fault[] = [];
  const note = (path: string, message: string): void => {
    faults.push({ path: `draw.${path}`, code: 'contradiction', message });
  };
  const isOwed = kind === 'recoverable' || kind === 'advance';
  if (!isOwed && recoverAtMost !== undefined) note('recoverAtMost', `a ${kind} is not owed`);
  if (!isOwed && recoverFrom !== undefined) note('recoverFrom', `a ${kind} is not owed`);
  // A month's name and a date only compare by the calendar; two of a kind compare as text.
  if (from !== undefined && to !== undefined && from.length === to.length && to < from) {
    note('to', `found ${to}, which is before from, ${from}`);
  }
  return faults;
};

const capFaults = (plan: Pick<PartialPlan, 'cap'>): readonly Fault[] =>
  capsOf(plan).flatMap(({ per }, i) => {
    if (per !== 'deal') return [];
    const path = Array.isArray(plan.cap) ? `cap[${i}].per` : 'cap.per';
    const message = 'a plan is capped per month, quarter, half or year; cap deals in a component';
    return [{ path, code: 'contradiction', message } as const];
  });

/** A plan of which some parts may be malformed: those are left out, and the rest is looked at. */
export interface PartialPlan {
  readonly components: Indexed;
  readonly draw?: Draw;
  readonly cap?: Cap | readonly Cap[];
}

/**
 * Everything in a plan that has no single meaning, each with its path, so that all of it can be
 * mended at once.
 */
export const planFaults = (plan: PartialPlan): readonly Fault[] => [
  ...plan.components.flatMap((component, i) =>
    (component ? componentFaults(component) : []).map((fault) => ({
      ...fault,
      path: [`components[${i}]`, fault.path].filter(Boolean).join('.'),
    })),
  ),
  ...referenceFaults(plan.components),
  ...(plan.draw ? drawFaults(plan.draw) : []),
  ...capFaults(plan),
];
