import { sorted } from './same.js';
import { areDistinct, isObject, type Kind, type Shape } from './shape.js';
import type { Scalar } from './shape-kinds.js';
import { describeShape } from './shape-reader.js';

// No text of a command can begin so.
const MARK = '\0';

/** Stands for a value, text or number, in content of which all else is given: the n-th that may differ. */
export const placeOf = (n: number): string => `${MARK}${n}`;

const placeIn = (value: unknown): number | undefined =>
  typeof value === 'string' && value.startsWith(MARK) ? Number(value.slice(1)) : undefined;

/**
 * Makes content in its normal form of the values that may differ, each of which is replaced by its own normal form.
 * Undefined where `readShape` finds a fault.
 */
export type Form = (values: unknown[]) => unknown;

/** As `shapeForm`, for a single value. */
export const scalarForm = ({ read }: Scalar, value: unknown): Form => {
  const place = placeIn(value);
  if (place === undefined) return () => read(value);
  return (values) => (values[place] = read(values[place]));
};

type Part = readonly [name: string, form: Form];

const listForm = (
  { of, distinct }: Extract<Kind, { is: 'list' }>,
  value: unknown,
): Form | undefined => {
  if (!Array.isArray(value)) return undefined;
  const forms: Form[] = [];
  for (const item of value) {
    const form = formOf(of, item);
    if (!form) return undefined;
    forms.push(form);
  }
  return (values) => {
    const items: unknown[] = [];
    for (const form of forms) {
      const item = form(values);
      if (item === undefined) return undefined;
      items.push(item);
    }
    const isTwice = items.length > 1 && distinct !== undefined && !areDistinct(items, distinct);
    return isTwice ? undefined : items;
  };
};

const partsForm =
  (parts: readonly Part[]): Form =>
  (values) => {
    const whole: Record<string, unknown> = {};
    for (const [name, form] of parts) {
      const part = form(values);
      if (part === undefined) return undefined;
      whole[name] = part;
    }
    return whole;
  };

const entriesForm = (of: Scalar, value: unknown): Form | undefined =>
  isObject(value)
    ? partsForm(sorted(Object.keys(value)).map((name) => [name, scalarForm(of, value[name])]))
    : undefined;

const formOf = (kind: Kind, value: unknown): Form | undefined => {
  switch (kind.is) {
    case 'scalar':
      return scalarForm(kind.scalar, value);
    case 'list':
      return listForm(kind, value);
    case 'entries':
      return entriesForm(kind.of, value);
    case 'object':
      return shapeForm(kind.shape(), value);
    case 'one-or-list':
    case 'step':
      return undefined;
  }
};

/**
 * The form of content that `readShape` has found well formed, given with a place for each value that may differ.
 * Undefined for a shape that has no forms.
 */
export const shapeForm = (shape: Shape, content: unknown): Form | undefined => {
  if (!isObject(content)) return undefined;
  const { fields, rules } = describeShape(shape);
  const parts: Part[] = [];
  for (const name of sorted(Object.keys(content))) {
    const field = fields.get(name);
    const form = field && formOf(field.kind, content[name]);
    if (!form) return undefined;
    parts.push([name, form]);
  }
  const read = partsForm(parts);
  return (values) => {
    const data = read(values) as Record<string, unknown> | undefined;
    return data && rules.every(({ holds }) => holds(data)) ? data : undefined;
  };
};
