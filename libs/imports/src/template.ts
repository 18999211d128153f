import { didYouMean } from '#kernel';
import { filtered, FILTERS, type Filter, type Tables, type Value } from './filters.js';

/** The cells that a template may name: their text; empty for an optional column that is not there. */
export type Cells = (column: string, isOptional?: boolean) => string;

interface Placeholder {
  readonly column: string;
  /** Whether the file may be without that column. */
  readonly isOptional: boolean;
  /** The columns that its filters name. */
  readonly others: readonly string[];
  readonly filters: readonly Filter[];
  /** What stands in the place of an empty cell. */
  readonly or: string | undefined;
}

type Part = string | Placeholder;

const NAMES_COLUMN = ['times', 'plus', 'minus'];

/** A template that cannot be understood; the message says why, and what would be valid. */
export class BadTemplate extends Error {
  override readonly name = 'BadTemplate';
}

const bad = (message: string): never => {
  throw new BadTemplate(message);
};

const readPlaceholder = (text: string, tables: Tables): Placeholder => {
  const [named = '', ...asked] = text.split('|').map((part) => part.trim());
  const isOptional = named.endsWith('?');
  const column = isOptional ? named.slice(0, -1) : named;
  if (column === '') bad(`{${text}} names no column`);
  const filters: Filter[] = [];
  const others: string[] = [];
  let or: string | undefined;
  for (const one of asked) {
    const colon = one.indexOf(':');
    const name = colon < 0 ? one : one.slice(0, colon);
    const argument = colon < 0 ? undefined : one.slice(colon + 1);
    if (name === 'or') {
      or = argument ?? '';
      continue;
    }
    const names = [...Object.keys(FILTERS), 'or'];
    const make = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined;
    if (!make)
      bad(`there is no filter ${name}${didYouMean(name, names)}; valid: ${names.join(', ')}`);
    if (NAMES_COLUMN.includes(name) && argument !== undefined) others.push(argument);
    const filter = (make as NonNullable<typeof make>)(argument, tables);
    filters.push(typeof filter === 'string' ? bad(`{${text}}: ${filter}`) : filter);
  }
  return { column, isOptional, others, filters, or };
};

const readParts = (text: string, tables: Tables): Part[] => {
  const parts: Part[] = [];
  const form = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;
  let literal = '';
  let at = 0;
  for (let match = form.exec(text); match; match = form.exec(text)) {
    literal += text.slice(at, match.index);
    at = form.lastIndex;
    if (match[1] !== undefined) {
      if (literal !== '') parts.push(literal);
      literal = '';
      parts.push(readPlaceholder(match[1], tables));
    } else if (match[0].length === 2) literal += match[0][0];
    else
      bad(
        `a brace without its partner in ${JSON.stringify(text)}; write {{ or }} for a brace itself`,
      );
  }
  literal += text.slice(at);
  if (literal !== '') parts.push(literal);
  return parts;
};

const fillPlaceholder = (placeholder: Placeholder, cells: Cells): Value => {
  const { column, isOptional, filters, or } = placeholder;
  const text = cells(column, isOptional);
  if (text === '') return or ?? '';
  let value: Value = text;
  for (const filter of filters) {
    const given = String(value);
    value = filtered(column, () => filter(given, cells));
    if (value === '') return or ?? '';
  }
  return value;
};

/**
 * Text with `{Column|filter}` in it. Where a cell that it names is empty, and no `|or:text` stands
 * in for it, the whole of it comes out empty: `sp-{ManagerID}` is no `sp-` for somebody without a
 * manager.
 */
export class Template {
  private constructor(private readonly parts: readonly Part[]) {}

  /** Throws `BadTemplate`. */
  static parse(text: string, tables: Tables): Template {
    return new Template(readParts(text, tables));
  }

  /** The columns that it asks for; one that may be missing has a question mark behind its name. */
  get asked(): string[] {
    return this.parts.flatMap((part) =>
      typeof part === 'string'
        ? []
        : [part.isOptional ? `${part.column}?` : part.column, ...part.others],
    );
  }

  /** The columns that it names. */
  get columns(): string[] {
    return this.parts.flatMap((part) =>
      typeof part === 'string' ? [] : [part.column, ...part.others],
    );
  }

  /**
   * Throws `BadCell`. A template that is one placeholder gives the value as its filters left it.
   */
  fill(cells: Cells): Value {
    const [first] = this.parts;
    if (this.parts.length === 1 && typeof first === 'object') return fillPlaceholder(first, cells);
    let text = '';
    for (const part of this.parts) {
      const piece = typeof part === 'string' ? part : fillPlaceholder(part, cells);
      if (piece === '' && !(typeof part === 'object' && part.or !== undefined)) return '';
      text += piece;
    }
    return text;
  }
}
