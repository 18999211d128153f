import { BadHeader, type Header } from './header.js';
import type { FileMapping, Joined, Lookup, Tree } from './mapping.js';

const inTree = (tree: Tree): string[] => {
  switch (tree.is) {
    case 'constant':
      return [];
    case 'template':
      return tree.template.asked;
    case 'map':
      return [...tree.entries.values()].flatMap(inTree);
    case 'list':
      return tree.items.flatMap(inTree);
  }
};

/**
 * What a mapping asks of the files that it joins: for each joined file, the columns that it names.
 */
export interface Asked {
  /** Columns of the mapped file itself; names with a dot may be columns or belong to a lookup. */
  readonly own: readonly string[];
  readonly joined: ReadonlyMap<Joined, readonly string[]>;
}

const byPrefix = (names: readonly string[], prefix: string): string[] =>
  names.flatMap((name) => (name.startsWith(`${prefix}.`) ? [name.slice(prefix.length + 1)] : []));

const ofLookup = (lookup: Lookup, names: readonly string[]): string[] => [
  ...byPrefix(names, lookup.name),
  ...(lookup.where?.columns ?? []),
  ...(lookup.inForce ? [lookup.inForce.from, lookup.inForce.to] : []),
];

const ofLookups = (lookups: readonly Lookup[]): string[] =>
  lookups.flatMap(({ by, inForce }) => [...by.asked, ...(inForce?.on.asked ?? [])]);

const without = (names: readonly string[], lookups: readonly Lookup[]): string[] =>
  names.filter((name) => !lookups.some((lookup) => name.startsWith(`${lookup.name}.`)));

/** Every column that a file's mapping names, by the file to which it belongs. */
export const columnsAsked = (mapping: FileMapping): Asked => {
  const joined = new Map<Joined, readonly string[]>();
  const parentNames: string[] = [];
  for (const list of mapping.lists) {
    const names = [...inTree(list.set), ...ofLookups(list.lookups)];
    for (const lookup of list.lookups) joined.set(lookup, ofLookup(lookup, names));
    const own = without(names, list.lookups);
    joined.set(list, [
      ...own.filter((name) => !name.startsWith('row.')),
      ...(list.where?.columns ?? []),
    ]);
    parentNames.push(...byPrefix(own, 'row'), ...list.by.asked, ...(list.total?.is.asked ?? []));
  }
  const names = [
    ...inTree(mapping.set),
    ...ofLookups(mapping.lookups),
    ...parentNames,
    ...(mapping.recorded?.asked ?? []),
  ];
  for (const lookup of mapping.lookups) joined.set(lookup, ofLookup(lookup, names));
  const order = mapping.parentsFirst ? [mapping.parentsFirst.key, mapping.parentsFirst.parent] : [];
  return {
    own: [...without(names, mapping.lookups), ...(mapping.where?.columns ?? []), ...order],
    joined,
  };
};

/** Throws `BadHeader` where a column that the mapping names is not in the file. */
export const requireColumns = (header: Header, names: readonly string[]): void => {
  const missing: string[] = [];
  for (const name of new Set(names)) {
    if (name.endsWith('?')) continue;
    try {
      header.place(name);
    } catch (error) {
      if (!(error instanceof BadHeader)) throw error;
      missing.push(error.message);
    }
  }
  if (missing.length > 0) throw new BadHeader(missing.join('; '));
};
