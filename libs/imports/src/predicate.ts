import { Environment, type ASTNode } from '@marcbachmann/cel-js';

/** A condition on a row, in CEL over `row`: every cell is text. */
export interface RowPredicate {
  /** The columns that it names. */
  readonly columns: readonly string[];
  /** Throws where it cannot be evaluated for the row. */
  holds(row: Readonly<Record<string, string>>): boolean;
}

const environment = new Environment({
  limits: { maxAstNodes: 10_000, maxDepth: 100 },
}).registerVariable('row', 'map<string, string>');

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] as string;

const isRow = (node: unknown): boolean => {
  const { op, args } = node as { op?: string; args?: unknown };
  return op === 'id' && args === 'row';
};

const columnsIn = (node: unknown): string[] => {
  if (Array.isArray(node)) return node.flatMap(columnsIn);
  if (node === null || typeof node !== 'object' || !('op' in node)) return [];
  const { op, args } = node as ASTNode;
  if (op === '.' && isRow(args[0])) return [args[1]];
  if (op === '[]' && isRow(args[0]) && args[1].op === 'value') return [String(args[1].args)];
  return columnsIn(args);
};

/** Reads a condition; gives a message instead where it is not one. */
export const readPredicate = (expression: string): RowPredicate | string => {
  const checked = environment.check(expression);
  if (!checked.valid) return `not a condition in CEL over row: ${firstLine(checked.error)}`;
  if (checked.type !== 'bool' && checked.type !== 'dyn') {
    return `a condition is true or false, and this is of type ${checked.type}`;
  }
  const evaluate = environment.parse(expression);
  return {
    columns: columnsIn(evaluate.ast),
    holds: (row) => {
      const result: unknown = evaluate({ row });
      if (typeof result === 'boolean') return result;
      throw new TypeError('the condition is neither true nor false for this row');
    },
  };
};
