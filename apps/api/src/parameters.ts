import { didYouMean, kinds } from '#kernel';
import { HttpRefusal } from './problem.js';

const refuse = (name: string, message: string): never => {
  throw new HttpRefusal('InvalidParameter', `${name}: ${message}`, [
    { pointer: name, code: 'invalid', message },
  ]);
};

/** Reads one value by its kind; refuses with `InvalidParameter`, naming the parameter and what would be valid. */
export const readScalar = (scalar: kinds.Scalar, name: string, value: unknown): string => {
  const read = scalar.read(value);
  return read === undefined ? refuse(name, `expected ${scalar.valid}`) : String(read);
};

/** Reads the parameters in a path; each is an id or a fiscal period. */
export const readPath = (params: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      readScalar(name === 'period' ? kinds.period : kinds.id, name, value),
    ]),
  );

/** What the query of a request may hold: each parameter and its kind. */
export type Allowed = Readonly<Record<string, kinds.Scalar>>;

/** Reads a query; refuses a parameter that is not allowed, that comes twice or that is not of its kind. */
export const readQuery = <A extends Allowed>(
  allowed: A,
  query: object,
): { readonly [N in keyof A]?: string } => {
  const read: Record<string, string> = {};
  for (const [name, value] of Object.entries(query)) {
    const scalar = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    if (!scalar) {
      const names = Object.keys(allowed);
      refuse(
        name,
        `there is no such parameter${didYouMean(name, names)}; valid: ${names.join(', ') || 'none'}`,
      );
    } else read[name] = readScalar(scalar, name, value);
  }
  return read as { readonly [N in keyof A]?: string };
};

/** A log position, as text of digits. */
export const position: kinds.Scalar = {
  valid: 'a log position such as 42',
  read: (value) => (typeof value === 'string' && /^\d{1,15}$/.test(value) ? value : undefined),
  schema: { type: 'integer', minimum: 0 },
};

/** An instant or a log position. */
export const asOf: kinds.Scalar = {
  valid: 'an instant such as 2026-01-31T09:00:00Z, or a log position such as 42',
  read: (value) => position.read(value) ?? kinds.instant.read(value),
  schema: { anyOf: [kinds.instant.schema, position.schema] },
};

const LIMIT_AT_MOST = 200;

/** How many rows a page has. */
export const limit: kinds.Scalar = {
  valid: `a number from 1 to ${LIMIT_AT_MOST}`,
  read: (value) =>
    typeof value === 'string' && /^[1-9]\d{0,2}$/.test(value) && Number(value) <= LIMIT_AT_MOST
      ? value
      : undefined,
  schema: { type: 'integer', minimum: 1, maximum: LIMIT_AT_MOST, default: 25 },
};

/** Where a page begins, as the page before said. */
export const cursor: kinds.Scalar = {
  valid: 'the value of "next" of another page',
  read: (value) => (typeof value === 'string' && /^[\w-]{1,2000}$/.test(value) ? value : undefined),
  schema: { type: 'string' },
};
