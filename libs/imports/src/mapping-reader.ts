import { didYouMean, isObject, shown } from '#kernel';
import {
  faultsIn,
  MalformedFile,
  readYaml,
  type FileFault,
  type Place,
  type Source,
} from '#scenarios';
import type { Tables, Value } from './filters.js';
import type { FileMapping, Joined, Lookup, Mapping, RowList, Tree } from './mapping.js';
import { readPredicate, type RowPredicate } from './predicate.js';
import { BadTemplate, Template } from './template.js';

const MAPPING = ['mapping', 'tables', 'steps', 'files'];
const FILE = [
  'file',
  'delimiter',
  'optional',
  'where',
  'parentsFirst',
  'lookup',
  'step',
  'set',
  'lists',
  'recorded',
];
const JOINED = ['file', 'delimiter', 'key', 'by', 'where'];
const LOOKUP = [...JOINED, 'optional', 'from', 'to', 'on'];
const LIST = [...JOINED, 'optional', 'insteadOf', 'lookup', 'set', 'total'];

type Entries = ReadonlyMap<string, { readonly key: Place; readonly source: Source }>;

/** Reads a mapping and collects everything that is wrong with it, each fault at its own place. */
class Reader {
  readonly faults: FileFault[] = [];
  private tables: Tables = new Map();

  constructor(private readonly commands: readonly string[]) {}

  private fault(place: Place, message: string): undefined {
    this.faults.push({ line: place.line, column: place.column, message });
    return undefined;
  }

  private map(source: Source, what: string, valid?: readonly string[]): Entries {
    if (!source.entries) {
      const names = valid ? ` with ${valid.join(', ')}` : '';
      this.fault(source.place, `found ${shown(source.value)}, expected ${what}, a map${names}`);
      return new Map();
    }
    for (const [name, { key }] of source.entries) {
      if (!valid || valid.includes(name)) continue;
      this.fault(
        key,
        `${what} has no ${shown(name)}${didYouMean(name, valid)}; valid: ${valid.join(', ')}`,
      );
    }
    return source.entries;
  }

  private text(entries: Entries, name: string, around: Place): string | undefined {
    const source = entries.get(name)?.source;
    if (!source) return this.fault(around, `${name}: is missing`);
    if (typeof source.value === 'string' && source.value !== '') return source.value;
    return this.fault(source.place, `${name}: found ${shown(source.value)}, expected text`);
  }

  private textIfAny(entries: Entries, name: string, around: Place): string | undefined {
    return entries.has(name) ? this.text(entries, name, around) : undefined;
  }

  private flag(entries: Entries, name: string): boolean {
    const source = entries.get(name)?.source;
    if (!source || typeof source.value === 'boolean') return source?.value === true;
    this.fault(source.place, `${name}: found ${shown(source.value)}, expected true or false`);
    return false;
  }

  private template(entries: Entries, name: string, around: Place): Template | undefined {
    const text = this.textIfAny(entries, name, around);
    return text === undefined
      ? undefined
      : this.parsed(text, entries.get(name)?.source.place ?? around);
  }

  private parsed(text: string, place: Place): Template | undefined {
    try {
      return Template.parse(text, this.tables);
    } catch (error) {
      if (error instanceof BadTemplate) return this.fault(place, error.message);
      throw error;
    }
  }

  private predicate(entries: Entries, around: Place): RowPredicate | undefined {
    const text = this.textIfAny(entries, 'where', around);
    if (text === undefined) return undefined;
    const predicate = readPredicate(text);
    if (typeof predicate !== 'string') return predicate;
    return this.fault(entries.get('where')?.source.place ?? around, `where: ${predicate}`);
  }

  private delimiter(entries: Entries, around: Place): string {
    const text = this.textIfAny(entries, 'delimiter', around) ?? ',';
    if (text.length === 1 && text !== '"') return text;
    this.fault(
      entries.get('delimiter')?.source.place ?? around,
      'delimiter: expected one character such as ";"',
    );
    return ',';
  }

  private tree(source: Source): Tree {
    if (source.fault !== undefined) this.fault(source.place, source.fault);
    if (source.entries) {
      const entries = [...source.entries].map(
        ([name, { source: of }]) => [name, this.tree(of)] as const,
      );
      return { is: 'map', entries: new Map(entries) };
    }
    if (source.items) return { is: 'list', items: source.items.map((item) => this.tree(item)) };
    const { value } = source;
    if (typeof value === 'string') {
      const template = this.parsed(value, source.place);
      const isConstant = template === undefined || template.columns.length === 0;
      return isConstant
        ? { is: 'constant', value: String(template?.fill(() => '') ?? value) }
        : { is: 'template', template };
    }
    if (typeof value !== 'number' && typeof value !== 'boolean') {
      this.fault(
        source.place,
        `found ${shown(value)}, expected a value or a template such as "{Column}"`,
      );
    }
    return { is: 'constant', value: value as Value };
  }

  private readTables(source: Source | undefined): void {
    if (!source) return;
    const tables = [...this.map(source, 'tables')].map(([name, { source: of }]) => {
      const words = [...this.map(of, `table ${name}`)].map(([word, { source: at }]) => {
        const { value } = at;
        const isValue =
          ['string', 'number', 'boolean'].includes(typeof value) && at.fault === undefined;
        if (!isValue)
          this.fault(at.place, at.fault ?? `found ${shown(value)}, expected text in quotes`);
        return [word, value as Value] as const;
      });
      return [name, new Map(words)] as const;
    });
    this.tables = new Map(tables);
  }

  private joined(entries: Entries, place: Place): Joined {
    const key = this.text(entries, 'key', place) ?? '';
    const where = this.predicate(entries, place);
    return {
      file: this.text(entries, 'file', place) ?? '',
      delimiter: this.delimiter(entries, place),
      key,
      // A key has the same name in both files more often than not.
      by: this.template(entries, 'by', place) ?? Template.parse(`{${key || 'key'}}`, this.tables),
      ...(where && { where }),
    };
  }

  private lookups(source: Source | undefined): Lookup[] {
    if (!source) return [];
    return [...this.map(source, 'lookup')].map(([name, { source: of }]) => {
      const entries = this.map(of, `lookup ${name}`, LOOKUP);
      const dated = ['from', 'to', 'on'].filter((part) => entries.has(part));
      if (dated.length !== 0 && dated.length !== 3) {
        this.fault(
          of.place,
          'from, to and on belong together: the first day, the last day, and the day in question',
        );
      }
      const on = this.template(entries, 'on', of.place);
      const [from, to] = [
        this.textIfAny(entries, 'from', of.place),
        this.textIfAny(entries, 'to', of.place),
      ];
      return {
        ...this.joined(entries, of.place),
        name,
        optional: this.flag(entries, 'optional'),
        ...(on && from !== undefined && to !== undefined && { inForce: { from, to, on } }),
      };
    });
  }

  private lists(source: Source | undefined): RowList[] {
    if (!source) return [];
    return [...this.map(source, 'lists')].map(([field, { source: of }]) => {
      const entries = this.map(of, `list ${field}`, LIST);
      const total = this.total(entries.get('total')?.source);
      const insteadOf = this.textIfAny(entries, 'insteadOf', of.place);
      return {
        ...this.joined(entries, of.place),
        field,
        optional: this.flag(entries, 'optional'),
        ...(insteadOf !== undefined && { insteadOf }),
        lookups: this.lookups(entries.get('lookup')?.source),
        set: this.set(entries, of.place),
        ...(total && { total }),
      };
    });
  }

  private set(entries: Entries, around: Place): Tree {
    const source = entries.get('set')?.source;
    if (source?.entries) return this.tree(source);
    this.fault(source?.place ?? around, 'set: is missing, expected a map of fields and templates');
    return { is: 'map', entries: new Map() };
  }

  private total(source: Source | undefined): RowList['total'] {
    if (!source) return undefined;
    const entries = this.map(source, 'total', ['is', 'within', 'rest']);
    const is = this.template(entries, 'is', source.place);
    const within = this.text(entries, 'within', source.place);
    const rest = this.text(entries, 'rest', source.place);
    if (within !== undefined && !/^\d+(\.\d+)?$/.test(within)) {
      return this.fault(
        source.place,
        `within: found ${shown(within)}, expected a decimal number in quotes`,
      );
    }
    if (!is || within === undefined || rest === undefined)
      return this.fault(source.place, 'total: needs is, within and rest');
    return { is, within, rest };
  }

  private file(source: Source): FileMapping {
    const { place } = source;
    const entries = this.map(source, 'a file', FILE);
    const step = this.text(entries, 'step', place) ?? '';
    if (step !== '' && !this.commands.includes(step)) {
      const at = entries.get('step')?.source.place ?? place;
      this.fault(
        at,
        `there is no step ${shown(step)}${didYouMean(step, this.commands)}; valid: ${this.commands.join(', ')}`,
      );
    }
    const where = this.predicate(entries, place);
    const recorded = this.template(entries, 'recorded', place);
    const order = entries.get('parentsFirst')?.source;
    const parts = order && this.map(order, 'parentsFirst', ['key', 'parent']);
    const parentsFirst = parts && {
      key: this.text(parts, 'key', order.place) ?? '',
      parent: this.text(parts, 'parent', order.place) ?? '',
    };
    return {
      file: this.text(entries, 'file', place) ?? '',
      delimiter: this.delimiter(entries, place),
      optional: this.flag(entries, 'optional'),
      ...(where && { where }),
      ...(parentsFirst && { parentsFirst }),
      lookups: this.lookups(entries.get('lookup')?.source),
      lists: this.lists(entries.get('lists')?.source),
      step,
      set: this.set(entries, place),
      ...(recorded && { recorded }),
      line: place.line,
    };
  }

  mapping(source: Source): Mapping {
    const entries = this.map(source, 'a mapping', MAPPING);
    this.readTables(entries.get('tables')?.source);
    const steps = entries.get('steps')?.source;
    if (steps && !steps.items) this.fault(steps.place, 'steps: expected a list of steps');
    const files = entries.get('files')?.source;
    if (!files?.items?.length)
      this.fault(files?.place ?? source.place, 'files: is missing, expected a list of files');
    this.faults.push(...(steps ? faultsIn(steps) : []));
    const name = this.textIfAny(entries, 'mapping', source.place);
    return {
      ...(name !== undefined && { name }),
      tables: this.tables,
      steps: (steps?.items ?? []).map(({ value, place: { line } }) => ({ line, step: value })),
      files: (files?.items ?? []).map((file) => this.file(file)),
    };
  }
}

/**
 * Reads a mapping file. Throws `MalformedFile` with every fault, its place, and what would be valid
 * there.
 */
export const readMapping = (text: string, commands: readonly string[]): Mapping => {
  const source = readYaml(text);
  const reader = new Reader(commands);
  if (!isObject(source.value))
    throw new MalformedFile([{ line: 1, column: 1, message: 'expected a mapping with files:' }]);
  const mapping = reader.mapping(source);
  if (reader.faults.length > 0) throw new MalformedFile(reader.faults);
  return mapping;
};
