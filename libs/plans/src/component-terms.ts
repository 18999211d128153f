import type { Axis, Cap, Component, Every, Gate, Window } from './component.commands.js';

/** The window of a component: a quarter unless it says otherwise. */
export const windowOf = ({ window }: Pick<Component, 'window'>): Window => window ?? 'quarter';

/**
 * How often a component's earnings are determined: monthly, but for what looks at a whole window
 * at its end. In a deal window the month takes the window's place.
 */
export const everyOf = (component: Component): Every => {
  if (component.every) return component.every;
  const window = windowOf(component);
  const { type, curve, matrix } = component;
  const isWhole = type === 'bonus' || type === 'objectives' || curve || matrix;
  return isWhole && window !== 'deal' ? window : 'month';
};

/** A field that may be one or a list, as a list. */
export const asList = <T>(value: T | readonly T[] | undefined): readonly T[] => {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
};

/** The caps of a component or plan, in the order written. */
export const capsOf = ({ cap }: { readonly cap?: Cap | readonly Cap[] }): readonly Cap[] =>
  asList(cap);

/** The gates of a component; all must be met. */
export const gatesOf = ({ gate }: Pick<Component, 'gate'>): readonly Gate[] => asList(gate);

const BY = ['attainment', 'value'];

/** What an axis of a matrix looks up: a component's id, or `self`, and by what. */
export interface AxisTerms {
  readonly of: string;
  readonly by: 'attainment' | 'value';
}

/**
 * Reads an axis. `by` alone names what is looked up: `by: value` is the component's own value,
 * `by: profit` the attainment of the component `profit`, `by: self` its own.
 */
export const axisOf = ({ of, by }: Pick<Axis, 'of' | 'by'>): AxisTerms => {
  const isWord = by === undefined || BY.includes(by);
  const word = by === 'value' ? 'value' : 'attainment';
  return isWord ? { of: of ?? 'self', by: word } : { of: of ?? by, by: 'attainment' };
};
