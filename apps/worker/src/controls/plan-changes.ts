import { canonicalJson } from '#kernel';
import type { Book, Fact } from '#crediting';
import { exceptions, isWithin, type ControlReport, type Finding, type Span } from './control.js';

const COLUMNS = [
  'position',
  'recorded',
  'by',
  'plan',
  'from',
  'version',
  'tests',
  'changed',
  'exception',
];
const SHOWN = 20;

interface Published {
  readonly id: string;
  readonly from: string;
  readonly components?: readonly { readonly id: string }[];
  readonly tests?: readonly unknown[];
}

// Every value of a plan by its path; components go by their ids, so that another order is no change.
const values = (at: string, value: unknown, into: Map<string, string>): Map<string, string> => {
  if (value === null || typeof value !== 'object') return into.set(at, canonicalJson(value));
  for (const [key, item] of Object.entries(value)) {
    const name = Array.isArray(value)
      ? ((item as { readonly id?: string } | null)?.id ?? key)
      : key;
    values(at === '' ? name : `${at}.${name}`, item, into);
  }
  return into;
};

const termsOf = ({ data }: Fact): Map<string, string> => {
  const { tests: _tests, ...terms } = data as Published;
  return values('', terms, new Map());
};

const changesBetween = (before: Fact | undefined, after: Fact): string => {
  if (!before) return '';
  const [was, is] = [termsOf(before), termsOf(after)];
  const changed = [...new Set([...was.keys(), ...is.keys()])]
    .filter((path) => was.get(path) !== is.get(path))
    .sort()
    .map((path) => `${path}: ${was.get(path) ?? 'none'} -> ${is.get(path) ?? 'none'}`);
  return [
    ...changed.slice(0, SHOWN),
    ...(changed.length > SHOWN ? [`and ${changed.length - SHOWN} more`] : []),
  ].join('; ');
};

const finding = (fact: Fact, before: Fact | undefined, version: number): Finding => {
  const { id, from, tests = [] } = fact.data as Published;
  return {
    position: String(fact.position),
    recorded: fact.recorded,
    by: fact.by,
    plan: id,
    from,
    version: String(version),
    tests: String(tests.length),
    changed: changesBetween(before, fact),
    exception: exceptions({ 'published without tests of its own': tests.length === 0 }),
  };
};

/** Changes of plans: who published which version when, what it changed, and how many tests it carried and passed. */
export const planChangesControl = (book: Book, span: Span): ControlReport => {
  const findings = book.planIds.flatMap((id) => {
    const facts = book.facts(`plan-${id}`);
    return facts.map((fact, i) => ({ fact, row: finding(fact, facts[i - 1], i + 1) }));
  });
  const inOrder = findings
    .filter(({ fact }) => isWithin(fact, span))
    .sort((a, b) => a.fact.position - b.fact.position);
  return { columns: COLUMNS, findings: inOrder.map(({ row }) => row) };
};
