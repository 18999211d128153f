import { Environment, type ASTNode } from '@marcbachmann/cel-js';
import { didYouMean } from './nearest.js';
import { quickly } from './predicate-quick.js';
import {
  AccountView,
  Attributes,
  CreditView,
  DealView,
  LineView,
  PayeeView,
  Seen,
  type PredicateContext,
} from './predicate-views.js';

/** What an expression is about: one line of one credit, or an account alone. */
export type PredicateScope = 'line' | 'account';

// Predicates compare; a hundred comparisons fit, and nothing that takes long to read or to answer.
const limits = {
  maxAstNodes: 500,
  maxDepth: 50,
  maxListElements: 200,
  maxMapEntries: 0,
  maxCallArguments: 3,
};

const account = { id: 'string', name: 'string', attributes: 'Attributes' };
const payee = {
  id: 'string',
  name: 'string',
  email: 'string',
  hiredOn: 'string',
  currency: 'string',
  manager: 'string',
  role: 'string',
  attributes: 'Attributes',
};
const deal = {
  id: 'string',
  account: 'string',
  bookedOn: 'string',
  openedOn: 'string',
  currency: 'string',
  type: 'string',
  amount: 'double',
  attributes: 'Attributes',
};
const line = {
  id: 'string',
  product: 'string',
  family: 'string',
  amount: 'double',
  cost: 'double',
  quantity: 'double',
  attributes: 'Attributes',
};
const credit = { kind: 'string', amount: 'double' };
const FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  account,
  payee,
  deal,
  line,
  credit,
};

// The library orders a double and a whole number, but does not compare them for equality.
const equals = (a: number | bigint, b: number | bigint): boolean => Number(a) === Number(b);

const base = (): Environment =>
  new Environment({ limits })
    .registerOperator('double == int', equals)
    .registerType('Attributes', { ctor: Attributes })
    .registerType('Account', { ctor: AccountView, fields: account })
    .registerVariable('account', 'Account');

const environments: Readonly<Record<PredicateScope, Environment>> = {
  account: base(),
  line: base()
    .registerType('Payee', { ctor: PayeeView, fields: payee })
    .registerType('Deal', { ctor: DealView, fields: deal })
    .registerType('Line', { ctor: LineView, fields: line })
    .registerType('Credit', { ctor: CreditView, fields: credit })
    .registerVariable('payee', 'Payee')
    .registerVariable('deal', 'Deal')
    .registerVariable('line', 'Line')
    .registerVariable('credit', 'Credit')
    .registerVariable('on', 'string'),
};

// Left out of the language's functions: what loops (exists, map), what can take for ever (matches),
// and what depends on the machine's time zone (timestamp).
const FUNCTIONS = new Set(['double', 'int', 'string', 'bool', 'size']);
const METHODS = new Set([
  'startsWith',
  'endsWith',
  'contains',
  'lowerAscii',
  'upperAscii',
  'trim',
  'size',
]);
const OPERATORS = new Set([
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'in',
  '+',
  '-',
  '*',
  '/',
  '%',
  '&&',
  '||',
  '!_',
  '-_',
  '?:',
]);

const isNode = (value: unknown): value is ASTNode =>
  typeof value === 'object' && value !== null && 'op' in value && 'args' in value;

const partsOf = (args: unknown): ASTNode[] => {
  if (isNode(args)) return [args];
  return Array.isArray(args) ? args.flatMap(partsOf) : [];
};

const notAvailable = (name: string, available: ReadonlySet<string>): string => {
  if (name === 'has') return 'has() is not available; compare with null: deal.attributes.X != null';
  return `${name}() is not available${didYouMean(name, available)}; there are ${[...available].join(', ')}`;
};

/** What in an expression is not allowed. */
const inspect = (node: ASTNode): string | undefined => {
  switch (node.op) {
    case 'value':
    case 'id':
      return undefined;
    case 'call':
      if (!FUNCTIONS.has(node.args[0])) return notAvailable(node.args[0], FUNCTIONS);
      break;
    case 'rcall':
      if (!METHODS.has(node.args[0])) return notAvailable(node.args[0], METHODS);
      break;
    case '.':
    case '[]':
    case 'list':
      break;
    default:
      if (!OPERATORS.has(node.op)) return `${node.op} is not available`;
  }
  for (const part of partsOf(node.args)) {
    const fault = inspect(part);
    if (fault) return fault;
  }
  return undefined;
};

const summaryOf = (error: unknown): string => {
  const { summary, message } = error as { summary?: string; message: string };
  return summary ?? message;
};

// "No such key: typ" alone would not help: say what there is.
const hinted = (summary: string, scope: PredicateScope): string => {
  const [, variable] = /^Unknown variable: (.+)$/.exec(summary) ?? [];
  const variables = scope === 'account' ? ['account'] : [...Object.keys(FIELDS), 'on'];
  if (variable !== undefined) {
    return `there is no "${variable}"${didYouMean(variable, variables)}; there are ${variables.join(', ')}`;
  }
  const [, field] = /^No such key: (.+)$/.exec(summary) ?? [];
  if (field === undefined) return summary;
  const elsewhere = variables.filter((name) => Object.hasOwn(FIELDS[name] ?? {}, field));
  if (elsewhere.length > 0) {
    const names = elsewhere.map((name) => `${name}.${field}`).join(', ');
    return `there is no field "${field}" there, but ${names}; others are attributes.${field}`;
  }
  const fields = [...new Set(Object.values(FIELDS).flatMap((of) => Object.keys(of)))];
  return `there is no field "${field}"${didYouMean(field, fields)}; others are attributes.${field}`;
};

type Evaluate = ReturnType<Environment['parse']>;

const parse = (text: string, scope: PredicateScope): Evaluate | string => {
  try {
    const parsed = environments[scope].parse(text);
    const fault = inspect(parsed.ast);
    if (fault) return fault;
    const { valid, type, error } = parsed.check();
    if (!valid) return hinted(summaryOf(error), scope);
    if (type !== 'bool' && type !== 'dyn') return `it gives a ${type}, not true or false`;
    return parsed;
  } catch (error) {
    return summaryOf(error);
  }
};

/** What is wrong with an expression, in words, or undefined if it can be used. */
export const checkPredicate = (text: string, scope: PredicateScope): string | undefined => {
  const parsed = parse(text, scope);
  return typeof parsed === 'string' ? parsed : undefined;
};

const compile = (text: string, scope: PredicateScope) => {
  const evaluate = parse(text, scope);
  if (typeof evaluate === 'string') {
    throw new RangeError(`not a valid predicate: ${text}: ${evaluate}`);
  }
  const quick = quickly(evaluate.ast);
  return (context: PredicateContext): boolean => {
    try {
      const known = quick(context);
      return known ?? evaluate(new Seen(context)) === true;
    } catch {
      // What cannot be evaluated for a line is false for it.
      return false;
    }
  };
};

const isPayee = (node: unknown): boolean =>
  isNode(node) && node.op === 'id' && node.args === 'payee';

// `payee.attributes.X` and `payee.attributes["X"]` read X; whatever else is done with them may read any.
const readIn = (node: ASTNode): string[] => {
  if (isPayee(node)) return ['*'];
  if (node.op === '.' || node.op === '[]') {
    const [of, at] = node.args as [ASTNode, ASTNode | string];
    if (isPayee(of)) return typeof at === 'string' && at !== 'attributes' ? [at] : ['attributes.*'];
    if (of.op === '.' && isPayee(of.args[0]) && of.args[1] === 'attributes') {
      if (typeof at === 'string') return [`attributes.${at}`];
      return at.op === 'value'
        ? [`attributes.${String(at.args)}`]
        : ['attributes.*', ...readIn(at)];
    }
  }
  return partsOf(node.args).flatMap(readIn);
};

/**
 * What of the payee a checked predicate reads: `role`, `attributes.region`; `attributes.*` or `*`
 * where that may be any of them.
 */
export const payeeFieldsIn = (text: string): readonly string[] => [
  ...new Set(readIn(environments.line.parse(text).ast)),
];

/**
 * The function that a published `where` stands for. It was checked at publication; a text that
 * does not compile is a fault of the program.
 */
export const compilePredicate = (text: string): ((context: PredicateContext) => boolean) =>
  compile(text, 'line');

/** The function that the `rule` of a territory stands for: it sees the account alone. */
export const compileRule = (
  text: string,
): ((context: Pick<PredicateContext, 'account'>) => boolean) => compile(text, 'account');
