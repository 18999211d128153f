import type { ASTNode } from '@marcbachmann/cel-js';
import { asDouble, type PlainAttributes, type PredicateContext } from './predicate-views.js';

/** Answers for a context; undefined where only the language itself can say what the answer is. */
export type Quick<T> = (seen: PredicateContext) => T | undefined;

type Fields<T> = Readonly<Record<string, Quick<T>>>;

const TEXTS: Fields<string> = {
  on: (seen) => seen.on,
  'deal.id': ({ deal }) => deal?.id,
  'deal.account': ({ deal }) => deal?.account,
  'deal.bookedOn': ({ deal }) => deal?.bookedOn,
  'deal.openedOn': ({ deal }) => deal && (deal.openedOn ?? ''),
  'deal.currency': ({ deal }) => deal?.currency,
  'deal.type': ({ deal }) => deal && (deal.type ?? ''),
  'line.id': ({ line }) => line?.id,
  'line.product': ({ line }) => line && (line.product ?? ''),
  'line.family': ({ line }) => line && (line.family ?? ''),
  'payee.id': ({ payee }) => payee?.id,
  'payee.role': ({ payee }) => payee && (payee.role ?? ''),
  'payee.currency': ({ payee }) => payee && (payee.currency ?? ''),
  'payee.manager': ({ payee }) => payee && (payee.manager ?? ''),
  'credit.kind': ({ credit }) => credit?.kind,
};

const NUMBERS: Fields<number> = {
  'deal.amount': ({ deal }) => deal && asDouble(deal.amount, 0),
  'line.amount': ({ line }) => line && asDouble(line.amount, 0),
  'line.cost': ({ line }) => line && asDouble(line.cost, 0),
  'line.quantity': ({ line }) => line && asDouble(line.quantity, 0),
  'credit.amount': ({ credit }) => credit && asDouble(credit.amount, 0),
};

const ATTRIBUTES: Fields<PlainAttributes> = {
  'deal.attributes': ({ deal }) => deal?.attributes,
  'line.attributes': ({ line }) => line?.attributes,
  'payee.attributes': ({ payee }) => payee?.attributes,
};

// `deal.type`, and `deal.attributes["x"]` as `deal.attributes.x`; empty where it is no plain path.
const pathOf = (node: ASTNode): readonly string[] => {
  if (node.op === 'id') return [node.args];
  if (node.op !== '.' && node.op !== '[]') return [];
  const [of, at] = node.args as [ASTNode, ASTNode | string];
  const name = typeof at === 'string' ? at : at.op === 'value' ? at.args : undefined;
  const path = pathOf(of);
  return typeof name === 'string' && path.length > 0 ? [...path, name] : [];
};

const literal = (node: ASTNode): unknown => (node.op === 'value' ? node.args : undefined);

// An attribute, where it has such a value; what every object inherits is none.
const attribute = <T>(node: ASTNode, isSuch: (value: unknown) => value is T) => {
  const [variable, attributes, name, ...deeper] = pathOf(node);
  const plain = ATTRIBUTES[`${variable ?? ''}.${attributes ?? ''}`];
  if (!plain || name === undefined || name in {} || deeper.length > 0) return undefined;
  return (seen: PredicateContext): T | undefined => {
    const value = plain(seen)?.[name];
    return isSuch(value) ? value : undefined;
  };
};

const isText = (value: unknown): value is string => typeof value === 'string';
const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);

const textIn = (node: ASTNode): Quick<string> | undefined => {
  const value = literal(node);
  if (isText(value)) return () => value;
  return TEXTS[pathOf(node).join('.')] ?? attribute(node, isText);
};

const numberIn = (node: ASTNode): Quick<number> | undefined => {
  const value = literal(node);
  if (typeof value === 'number') return () => value;
  // A whole number that is a double just as well.
  if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) {
    const double = Number(value);
    return () => double;
  }
  return NUMBERS[pathOf(node).join('.')] ?? attribute(node, isWhole);
};

type Compare = <T extends string | number>(a: T, b: T) => boolean;

const COMPARE: Readonly<Record<string, Compare>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

const compared = <T extends string | number>(
  a: Quick<T> | undefined,
  b: Quick<T> | undefined,
  compare: Compare,
): Quick<boolean> | undefined =>
  a &&
  b &&
  ((seen) => {
    const [left, right] = [a(seen), b(seen)];
    return left === undefined || right === undefined ? undefined : compare(left, right);
  });

const isOneOf = (node: ASTNode): Quick<boolean> | undefined => {
  const [of, list] = node.args as [ASTNode, ASTNode];
  const text = textIn(of);
  const values = list.op === 'list' ? (list.args as ASTNode[]).map(literal) : [];
  if (!text || values.length === 0 || values.some((v) => typeof v !== 'string')) return undefined;
  return (seen) => {
    const value = text(seen);
    return value === undefined ? undefined : values.includes(value);
  };
};

const ASK: Quick<boolean> = () => undefined;

// Which part is false decides `&&`, which is true `||`; otherwise both must be known.
const both = (node: ASTNode, decides: boolean): Quick<boolean> => {
  const [a, b] = (node.args as [ASTNode, ASTNode]).map(quickly) as [Quick<boolean>, Quick<boolean>];
  return (seen) => {
    const left = a(seen);
    return left === undefined || left === decides ? left : b(seen);
  };
};

/**
 * A checked expression as far as it compares texts or amounts with each other, by name and without
 * the language's interpreter; it says the same as the language, or that it does not know.
 */
export const quickly = (node: ASTNode): Quick<boolean> => {
  switch (node.op) {
    case '&&':
      return both(node, false);
    case '||':
      return both(node, true);
    case '!_': {
      const inner = quickly(node.args);
      return (seen) => {
        const found = inner(seen);
        return found === undefined ? undefined : !found;
      };
    }
    case 'in':
      return isOneOf(node) ?? ASK;
    case 'value': {
      const value = literal(node);
      return isFlag(value) ? () => value : ASK;
    }
    case '.':
    case '[]':
      return attribute(node, isFlag) ?? ASK;
    default: {
      const compare = COMPARE[node.op];
      if (!compare) return ASK;
      const [a, b] = node.args as [ASTNode, ASTNode];
      const texts = compared(textIn(a), textIn(b), compare) ?? ASK;
      const numbers = compared(numberIn(a), numberIn(b), compare) ?? ASK;
      if (texts === ASK || numbers === ASK) return texts === ASK ? numbers : texts;
      // Two attributes may be either.
      return (seen) => texts(seen) ?? numbers(seen);
    }
  }
};
