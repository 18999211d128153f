import { describeShape, isObject, kinds, type Fault, type Kind, type Shape } from '#kernel';
import { handlerOf, refuseMalformed } from '#scenarios';

type Scalar = kinds.Scalar;

/** A currency that the body names beside an amount, and where. */
export interface NamedCurrency {
  readonly path: string;
  readonly currency: string;
}

/** A command's fields as the language has them, and the currencies that were named on the way. */
export interface Body {
  readonly data: Readonly<Record<string, unknown>>;
  readonly currencies: readonly NamedCurrency[];
  /** What is wrong with how decimals are written. */
  readonly faults: readonly Fault[];
}

/** Whether a schema is that of an amount (money or another plain quantity) or of a ratio, rather than of something else. */
export const decimalIn = (schema: kinds.JsonSchema): 'amount' | 'ratio' | undefined => {
  const [text, whole] = (schema['anyOf'] ?? []) as readonly { type?: unknown; pattern?: string }[];
  if (whole?.type !== 'integer') return undefined;
  return text?.pattern?.includes('%') ? 'ratio' : 'amount';
};

interface Reading {
  readonly faults: Fault[];
  readonly currencies: NamedCurrency[];
}

type Mapper = (value: unknown, path: string, reading: Reading) => unknown;

const decimal =
  (scalar: Scalar): Mapper =>
  (value, path, { faults, currencies }) => {
    if (typeof value === 'number') {
      faults.push({
        path,
        code: 'invalid',
        message: `a JSON number loses digits: write it in quotes, "${value}"`,
      });
    }
    if (decimalIn(scalar.schema) !== 'amount' || !isObject(value)) return value;
    const { amount, currency, ...others } = value;
    const unknown = Object.keys(others)[0];
    if (
      unknown !== undefined ||
      typeof amount !== 'string' ||
      kinds.currency.read(currency) === undefined
    ) {
      const message =
        'expected text such as "1250.00" or { "amount": "1250.00", "currency": "USD" }';
      faults.push({ path, code: 'invalid', message });
      return undefined;
    }
    currencies.push({ path, currency: currency as string });
    return amount;
  };

const listMapper =
  (each: Mapper): Mapper =>
  (value, path, reading) =>
    Array.isArray(value) ? value.map((item, i) => each(item, `${path}[${i}]`, reading)) : value;

// Undefined where nothing below is a decimal: most fields are passed on untouched.
const mapperOf = (kind: Kind): Mapper | undefined => {
  switch (kind.is) {
    case 'scalar':
      return decimalIn(kind.scalar.schema) ? decimal(kind.scalar) : undefined;
    case 'list': {
      const each = mapperOf(kind.of);
      return each && listMapper(each);
    }
    case 'entries': {
      const each = mapperOf({ is: 'scalar', scalar: kind.of });
      return each && ((value, path, reading) => mapEntries(value, path, reading, () => each));
    }
    case 'object':
      return (value, path, reading) => mapObject(kind.shape(), value, path, reading);
    case 'one-or-list': {
      const each = mapperOf(kind.of);
      return (
        each &&
        ((value, path, reading) =>
          (Array.isArray(value) ? listMapper(each) : each)(value, path, reading))
      );
    }
    case 'step':
      // A remedy: a command inside a command. The tests that a plan carries keep the language's own form.
      return (value, path, reading) =>
        mapEntries(value, path, reading, (name) =>
          kind.commands.includes(name)
            ? (step, at, within) => mapObject(handlerOf(name).shape, step, at, within)
            : undefined,
        );
  }
};

const mapEntries = (
  value: unknown,
  path: string,
  reading: Reading,
  mapperFor: (name: string) => Mapper | undefined,
): unknown => {
  if (!isObject(value)) return value;
  const mapped: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    const map = mapperFor(name);
    // defineProperty, since assigning to `__proto__` would not set a field.
    const result = map ? map(item, path === '' ? name : `${path}.${name}`, reading) : item;
    Object.defineProperty(mapped, name, {
      value: result,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return mapped;
};

const mappers = new WeakMap<Shape, ReadonlyMap<string, Mapper>>();

const mappersOf = (shape: Shape): ReadonlyMap<string, Mapper> => {
  const known = mappers.get(shape);
  if (known) return known;
  const found = new Map<string, Mapper>();
  mappers.set(shape, found);
  for (const [name, { kind }] of describeShape(shape).fields) {
    const map = mapperOf(kind);
    if (map) found.set(name, map);
  }
  return found;
};

const mapObject = (shape: Shape, value: unknown, path: string, reading: Reading): unknown => {
  const found = mappersOf(shape);
  return mapEntries(value, path, reading, (name) => found.get(name));
};

/**
 * Turns an HTTP body into a command's fields: an amount may be text or `{ amount, currency }`, and no decimal may be
 * a JSON number. Everything else is left to the command's own shape, which finds its faults beside those found here.
 */
export const readBody = (type: string, shape: Shape, body: unknown): Body => {
  if (!isObject(body))
    return refuseMalformed(type, [
      { path: '', code: 'invalid', message: 'expected a JSON object' },
    ]);
  const reading: Reading = { faults: [], currencies: [] };
  const data = mapObject(shape, body, '', reading) as Record<string, unknown>;
  return { data, ...reading };
};
