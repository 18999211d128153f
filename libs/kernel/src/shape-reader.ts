import { getMetadataStorage } from 'class-validator';
import { didYouMean } from './nearest.js';
import { sorted } from './same.js';
import type { Scalar } from './shape-kinds.js';
import {
  FIELD,
  isEntryName,
  isObject,
  isStepOf,
  listOf,
  RULE,
  type Fault,
  type Field,
  type Kind,
  type Rule,
  type Shape,
} from './shape.js';

/** A command's content in its normal form, or everything that is wrong with it. */
export type Reading<T> =
  { readonly data: T; readonly faults?: undefined } | { readonly faults: readonly Fault[] };

type Reader = (value: unknown, path: string, faults: Fault[]) => unknown;

/** The fields and rules of a shape, as its class-validator decorators state them. */
export interface Described {
  readonly fields: ReadonlyMap<string, Field>;
  readonly rules: readonly Rule[];
}

/** Reads the metadata that class-validator keeps for a class. */
export const describeShape = (shape: Shape): Described => {
  const fields = new Map<string, Field>();
  const rules: Rule[] = [];
  const storage = getMetadataStorage();
  for (const of of storage.getTargetValidationMetadatas(shape, '', false, false)) {
    if (of.name === FIELD) fields.set(of.propertyName, of.constraints[0] as Field);
    if (of.name === RULE) rules.push(of.constraints[0] as Rule);
  }
  return { fields, rules };
};

const SHOWN = 60;

/** A value as an error shows it: short, and as it was written. */
export const shown = (value: unknown): string => {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  const words = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return words.length > SHOWN ? `${words.slice(0, SHOWN)}…` : words;
};

const invalid = (path: string, value: unknown, valid: string, hint?: string): Fault => ({
  path,
  code: 'invalid',
  message: `found ${shown(value)}, expected ${valid}${hint ? `; ${hint}` : ''}`,
});

const scalarReader =
  (scalar: Scalar): Reader =>
  (value, path, faults) => {
    const normal = scalar.read(value);
    if (normal === undefined) faults.push(invalid(path, value, scalar.valid, scalar.hint?.(value)));
    return normal;
  };

const keyOf = (item: unknown, key: string): unknown => (isObject(item) ? item[key] : item);

const listReader = (kind: Extract<Kind, { is: 'list' }>): Reader => {
  const read = readerOf(kind.of);
  const { least, most, distinct } = kind;
  return (value, path, faults) => {
    if (!Array.isArray(value) || value.length < least || value.length > most) {
      faults.push(invalid(path, value, `a list of ${least} to ${most}`));
      return undefined;
    }
    const items = value.map((item, i) => read(item, `${path}[${i}]`, faults));
    if (distinct === undefined || items.length < 2) return items;
    const seen = new Set<unknown>();
    items.forEach((item, i) => {
      const key = keyOf(item, distinct);
      if (key !== undefined && seen.has(key)) {
        const message = `${shown(key)} stands there already; each may stand once`;
        const at = isObject(item) ? `${path}[${i}].${distinct}` : `${path}[${i}]`;
        faults.push({ path: at, code: 'contradiction', message });
      }
      seen.add(key);
    });
    return items;
  };
};

const entriesReader =
  (of: Scalar, most: number): Reader =>
  (value, path, faults) => {
    if (!isObject(value) || Object.keys(value).length > most) {
      faults.push(invalid(path, value, `an object of at most ${most} names and values`));
      return undefined;
    }
    const entries: Record<string, unknown> = {};
    // In the order of canonical JSON, which then needs no copy.
    for (const name of sorted(Object.keys(value))) {
      const item = of.read(value[name]);
      if (item !== undefined && isEntryName(name)) {
        entries[name] = item;
        continue;
      }
      const at = `${path}.${name}`;
      faults.push(
        isEntryName(name)
          ? invalid(at, value[name], of.valid, of.hint?.(value[name]))
          : { path: at, code: 'invalid', message: `${shown(name)} cannot be a name` },
      );
    }
    return entries;
  };

const stepReader =
  (commands: readonly string[]): Reader =>
  (value, path, faults) => {
    if (isObject(value) && isStepOf(commands, value)) return value;
    const valid = commands.length === 0 ? 'a step' : `a step with one of ${commands.join(', ')}`;
    faults.push(invalid(path, value, valid));
    return undefined;
  };

const readerOf = (kind: Kind): Reader => {
  switch (kind.is) {
    case 'scalar':
      return scalarReader(kind.scalar);
    case 'list':
      return listReader(kind);
    case 'entries':
      return entriesReader(kind.of, kind.most);
    case 'object':
      return (value, path, faults) => compiled(kind.shape())(value, path, faults);
    case 'one-or-list': {
      const [one, list] = [readerOf(kind.of), listReader(listOf(kind.of))];
      return (value, path, faults) => (Array.isArray(value) ? list : one)(value, path, faults);
    }
    case 'step':
      return stepReader(kind.commands);
  }
};

const unknownField = (name: string, path: string, names: readonly string[]): Fault => ({
  path: path === '' ? name : `${path}.${name}`,
  code: 'unknown-field',
  message: `there is no field ${shown(name)}${didYouMean(name, names)}; valid: ${names.join(', ')}`,
});

const missingField = (path: string, { kind }: Field): Fault => ({
  path,
  code: 'missing',
  message: `is missing${kind.is === 'scalar' ? `, expected ${kind.scalar.valid}` : ''}`,
});

const compile = (shape: Shape): Reader => {
  const { fields, rules } = describeShape(shape);
  const names = [...fields.keys()];
  const each = names.map((name) => {
    const field = fields.get(name) as Field;
    return { name, field, read: readerOf(field.kind) };
  });
  // Faults come in the order in which a class states its fields, data as canonical JSON wants it.
  const ordered = names.map((name, place) => ({ name, place }));
  ordered.sort((a, b) => (a.name < b.name ? -1 : 1));
  return (value, path, faults) => {
    if (!isObject(value)) {
      faults.push(invalid(path, value, `an object with ${names.join(', ')}`));
      return undefined;
    }
    const before = faults.length;
    let known = 0;
    const items = each.map(({ name, field, read }) => {
      // What everything inherits (`constructor`) was not said by anybody.
      const item = Object.hasOwn(value, name) ? value[name] : undefined;
      if (item !== undefined) {
        known += 1;
        return read(item, path === '' ? name : `${path}.${name}`, faults);
      }
      if (!field.optional) faults.push(missingField(path === '' ? name : `${path}.${name}`, field));
      return undefined;
    });
    const data: Record<string, unknown> = {};
    for (const { name, place } of ordered) {
      if (items[place] !== undefined) data[name] = items[place];
    }
    const keys = Object.keys(value);
    if (keys.length !== known) {
      for (const key of keys) {
        if (!fields.has(key)) faults.push(unknownField(key, path, names));
      }
    }
    const isWellFormed = faults.length === before;
    for (const rule of rules) {
      if (!isWellFormed) faults.push(...(rule.besides?.(data, faults) ?? []));
      else if (!rule.holds(data)) {
        faults.push({ path, code: 'contradiction', message: `expected ${rule.valid}` });
      }
    }
    return data;
  };
};

const readers = new WeakMap<Shape, Reader>();

const compiled = (shape: Shape): Reader => {
  let reader = readers.get(shape);
  if (!reader) readers.set(shape, (reader = compile(shape)));
  return reader;
};

/**
 * Checks what somebody sent against a shape and brings it into its one normal form: unknown fields
 * are faults, all faults are listed, and money and ratios get one spelling, so that equal content
 * is equal. Compiled from the same class-validator metadata that `validate` would walk.
 */
export const readShape = <T extends object>(shape: Shape<T>, plain: unknown): Reading<T> => {
  const faults: Fault[] = [];
  const data = compiled(shape)(plain, '', faults);
  return faults.length === 0 ? { data: data as T } : { faults };
};
