import type { RowPredicate } from './predicate.js';
import type { Tables, Value } from './filters.js';
import type { Template } from './template.js';

/**
 * How a command's content is made from a row: templates in the places where the row's own values
 * go.
 */
export type Tree =
  | { readonly is: 'template'; readonly template: Template }
  | { readonly is: 'constant'; readonly value: Value }
  | { readonly is: 'map'; readonly entries: ReadonlyMap<string, Tree> }
  | { readonly is: 'list'; readonly items: readonly Tree[] };

/** Another file, whose rows are found by the text of a key. */
export interface Joined {
  readonly file: string;
  readonly delimiter: string;
  /** The column of that file which holds the key. */
  readonly key: string;
  /** What it must be equal to. */
  readonly by: Template;
  readonly where?: RowPredicate;
}

/**
 * One row of another file: that of the key, or of the key and day, where `from` and `to` name its
 * first and last day.
 */
export interface Lookup extends Joined {
  readonly name: string;
  readonly optional: boolean;
  readonly inForce?: { readonly from: string; readonly to: string; readonly on: Template };
}

/**
 * A list in a command's content with an item for each row of another file that belongs to this one.
 */
export interface RowList extends Joined {
  readonly field: string;
  /** Whether the file may be missing: then nothing has such rows. */
  readonly optional: boolean;
  /** The field that is left out where there are rows. */
  readonly insteadOf?: string;
  readonly lookups: readonly Lookup[];
  readonly set: Tree;
  /**
   * What the items' amounts must sum to: a difference of at most `within` becomes the item `rest`.
   */
  readonly total?: { readonly is: Template; readonly within: string; readonly rest: string };
}

/** How the rows of one file become steps. */
export interface FileMapping {
  /** The file's name; `*` stands for any characters. */
  readonly file: string;
  readonly delimiter: string;
  readonly optional: boolean;
  readonly where?: RowPredicate;
  /** A row waits for the one whose `key` its `parent` names. */
  readonly parentsFirst?: { readonly key: string; readonly parent: string };
  readonly lookups: readonly Lookup[];
  readonly lists: readonly RowList[];
  readonly step: string;
  readonly set: Tree;
  readonly recorded?: Template;
  readonly line: number;
}

/** What turns the files of another system into steps. */
export interface Mapping {
  readonly name?: string;
  readonly tables: Tables;
  /** Steps that come before all files: a calendar, a plan. */
  readonly steps: readonly { readonly line: number; readonly step: unknown }[];
  readonly files: readonly FileMapping[];
}

/** Whether a file of that name is meant by a mapping's `file`. */
export const isNamed = (pattern: string, name: string): boolean => {
  const form = pattern
    .split('*')
    .map((part) => part.replace(/[.\\^$+?()[\]{}|]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${form}$`).test(name);
};
