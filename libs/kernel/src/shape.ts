import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  registerDecorator,
  ValidateBy,
  ValidateNested,
  type ValidationArguments,
} from 'class-validator';
import * as kinds from './shape-kinds.js';
import type { Range, Scalar } from './shape-kinds.js';

/** A class whose decorated properties say what a command, or a part of one, looks like. */
export type Shape<T extends object = object> = new () => T;

/** Whether a field may be left out, and what bounds it has. */
export interface FieldOptions {
  readonly optional?: boolean;
}

/** What a field holds. `entries` is a map from names to values of one kind. */
export type Kind =
  | { readonly is: 'scalar'; readonly scalar: Scalar }
  | {
      readonly is: 'list';
      readonly of: Kind;
      readonly least: number;
      readonly most: number;
      readonly distinct?: string;
    }
  | { readonly is: 'entries'; readonly of: Scalar; readonly most: number }
  | { readonly is: 'object'; readonly shape: () => Shape }
  | { readonly is: 'one-or-list'; readonly of: Kind }
  | { readonly is: 'step'; readonly commands: readonly string[] };

/** A field's entry in class-validator's metadata: all that the compiled reader is derived from. */
export interface Field {
  readonly kind: Kind;
  readonly optional: boolean;
}

/** What is wrong with one place of a command; `path` is such as `components[0].tiers.steps[1].from`. */
export interface Fault {
  readonly path: string;
  readonly code: 'unknown-field' | 'missing' | 'invalid' | 'contradiction';
  readonly message: string;
}

type Plain = Readonly<Record<string, unknown>>;

/** What must hold between the fields of one object. */
export interface Rule {
  readonly fields: readonly string[];
  readonly valid: string;
  readonly holds: (object: Plain) => boolean;
  readonly schema?: kinds.JsonSchema;
  /** What else is wrong with an object that is malformed in some places already. */
  readonly besides?: (partial: Plain, faults: readonly Fault[]) => readonly Fault[];
}

/** The names under which fields and rules stand in class-validator's metadata. */
export const FIELD = 'everycentField';
export const RULE = 'everycentRule';

/** Whether a value is a plain object: not a list, not nothing. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const LISTS_AT_MOST = 100_000;
const NAME_LENGTH = 100;
const isName = (name: string): boolean =>
  name.length > 0 &&
  name.length <= NAME_LENGTH &&
  kinds.id.read(name) !== undefined &&
  name !== '__proto__';

/** Whether no two items are the same, or have the same `key`. */
export const areDistinct = (items: readonly unknown[], key: string): boolean => {
  const seen = new Set(items.map((item) => (isObject(item) ? item[key] : item)));
  return seen.size === items.length;
};

/** Whether an object holds one of the commands named, or, where none is named, is any step. */
export const isStepOf = (commands: readonly string[], step: object): boolean => {
  const keys = Object.keys(step);
  if (commands.length === 0) return keys.length > 0;
  return keys.length === 1 && commands.includes(keys[0] as string);
};

/** Whether class-validator should accept a value; what is nested it visits by itself. */
const accepts = (kind: Kind, value: unknown): boolean => {
  switch (kind.is) {
    case 'scalar':
      return kind.scalar.read(value) !== undefined;
    case 'list':
      return (
        Array.isArray(value) &&
        value.length >= kind.least &&
        value.length <= kind.most &&
        value.every((item) => accepts(kind.of, item)) &&
        (kind.distinct === undefined || areDistinct(value, kind.distinct))
      );
    case 'entries': {
      if (!isObject(value) || Object.keys(value).length > kind.most) return false;
      return Object.entries(value).every(([k, v]) => isName(k) && kind.of.read(v) !== undefined);
    }
    case 'object':
      return isObject(value);
    case 'one-or-list':
      return accepts(Array.isArray(value) ? listOf(kind.of) : kind.of, value);
    case 'step':
      return isObject(value) && isStepOf(kind.commands, value);
  }
};

/** Whether a name may be the key of a map: not too long, and no trick. */
export const isEntryName = isName;

/** A list of at least one. */
export const listOf = (of: Kind, distinct?: string): Extract<Kind, { is: 'list' }> => ({
  is: 'list',
  of,
  least: 1,
  most: LISTS_AT_MOST,
  ...(distinct === undefined ? {} : { distinct }),
});

const scalar = (of: Scalar): Kind => ({ is: 'scalar', scalar: of });

const field = (kind: Kind, { optional = false }: FieldOptions = {}): PropertyDecorator =>
  ValidateBy({
    name: FIELD,
    constraints: [{ kind, optional } satisfies Field],
    validator: {
      validate: (value: unknown) => (value === undefined ? optional : accepts(kind, value)),
      defaultMessage: ({ property }: ValidationArguments) => `${property} is not valid`,
    },
  });

const nested = (kind: Kind, shape: () => Shape, options?: FieldOptions): PropertyDecorator => {
  const decorators = [field(kind, options), ValidateNested(), Type(shape)];
  return (target, property) => decorators.forEach((decorate) => decorate(target, property));
};

interface NumberOptions extends FieldOptions {
  readonly range?: Range;
}

/** The field is the id of something, or a name that is looked up. */
export const IsId = (options?: FieldOptions) => field(scalar(kinds.id), options);
/** The field is words for people. */
export const IsText = (options?: FieldOptions) => field(scalar(kinds.text), options);
/** The field is an amount of money, or another decimal quantity. */
export const IsMoney = (options?: NumberOptions) =>
  field(scalar(kinds.money(options?.range ?? 'any')), options);
/** The field is a ratio, rate or threshold. */
export const IsRatio = (options?: NumberOptions) =>
  field(scalar(kinds.ratio(options?.range ?? 'any')), options);
/** The field is a whole number between two bounds, inclusive. */
export const IsCount = (least: number, most: number, options?: FieldOptions) =>
  field(scalar(kinds.count(least, most)), options);
/** The field is only ever said where it holds. */
export const IsYes = (options?: FieldOptions) => field(scalar(kinds.yes), options);
/** The field is a business date. */
export const IsDay = (options?: FieldOptions) => field(scalar(kinds.date), options);
/** The last day of something, which may be written 9999-12-31. */
export const IsLastDay = (options?: FieldOptions) => field(scalar(kinds.lastDate), options);
/** The field is a currency of ISO 4217. */
export const IsCurrencyCode = (options?: FieldOptions) => field(scalar(kinds.currency), options);
/** The field is a fiscal period of any length. */
export const IsPeriod = (options?: FieldOptions) => field(scalar(kinds.period), options);
/** The field is a fiscal month. */
export const IsMonth = (options?: FieldOptions) => field(scalar(kinds.month), options);
/** The field is a fiscal month or a date in one. */
export const IsMonthOrDay = (options?: FieldOptions) => field(scalar(kinds.monthOrDate), options);
/** The field is one of a few words. */
export const IsOneOf = (words: readonly string[], options?: FieldOptions) =>
  field(scalar(kinds.oneOf(words)), options);
/** The field is a value of a kind that only one command knows. */
export const IsKind = (of: Scalar, options?: FieldOptions) => field(scalar(of), options);
/** The field is text of a given form. */
export const IsMatching = (form: RegExp, valid: string, options?: FieldOptions) =>
  field(scalar(kinds.matching(form, valid)), options);

/** The field is a list of dates, ratios… at least one; `distinct` refuses the same one twice. */
export const IsListOf = (of: Scalar, options?: FieldOptions & { readonly distinct?: boolean }) =>
  field(listOf(scalar(of), options?.distinct ? 'itself' : undefined), options);
/** The field is a table: a list of rows of values. */
export const IsTableOf = (of: Scalar, options?: FieldOptions) =>
  field(listOf(listOf(scalar(of))), options);
/** The field is a map from names (of components) to values of one kind. */
export const IsEntriesOf = (of: Scalar, options?: FieldOptions) =>
  field({ is: 'entries', of, most: LISTS_AT_MOST }, options);
/** The field is a map of attributes: text, true, false or whole numbers, up to a hundred. */
export const IsAttributes = (options?: FieldOptions) =>
  field({ is: 'entries', of: kinds.attribute, most: 100 }, options);

/** The field is an object with a shape of its own. */
export const IsPart = (shape: () => Shape, options?: FieldOptions) =>
  nested({ is: 'object', shape }, shape, options);
/** The field is a list of such objects; `distinct` names the field that tells them apart. */
export const IsParts = (
  shape: () => Shape,
  options?: FieldOptions & { readonly distinct?: string },
) => nested(listOf({ is: 'object', shape }, options?.distinct), shape, options);
/** The field is such an object or a list of them. */
export const IsPartOrParts = (shape: () => Shape, options?: FieldOptions) =>
  nested({ is: 'one-or-list', of: { is: 'object', shape } }, shape, options);
/** The field is a step of another command: one of those named, whose form is checked with it. */
export const IsStep = (commands: readonly string[], options?: FieldOptions) =>
  field({ is: 'step', commands }, options);
/** The field is a list of steps of any kind. */
export const IsSteps = (options?: FieldOptions) =>
  field(listOf({ is: 'step', commands: [] }), options);

const rule =
  (of: Rule): ClassDecorator =>
  (target) => {
    registerDecorator({
      name: RULE,
      target,
      propertyName: of.fields[0] as string,
      constraints: [of],
      validator: {
        validate: (_value: unknown, args?: ValidationArguments) =>
          of.holds((args as ValidationArguments).object as Plain),
        defaultMessage: () => of.valid,
      },
    });
  };

const given = (object: Plain, fields: readonly string[]): number =>
  fields.filter((name) => object[name] !== undefined).length;
const listed = (fields: readonly string[]): string => fields.join(', ');
const required = (fields: readonly string[]) => fields.map((name) => ({ required: [name] }));

/** Something else holds between fields; `holds` must bear values of any kind, and their absence. */
export const Holds = (
  fields: readonly string[],
  valid: string,
  holds: Rule['holds'],
): ClassDecorator => rule({ fields, valid, holds });

/** Where some places of an object are malformed, looks for faults in the rest of it. */
export const Besides = (besides: NonNullable<Rule['besides']>): ClassDecorator =>
  rule({ fields: ['besides'], valid: '', holds: () => true, besides });

/** Exactly one of the fields is given. */
export const ExactlyOne = (...fields: string[]): ClassDecorator =>
  rule({
    fields,
    valid: `exactly one of ${listed(fields)}`,
    holds: (object) => given(object, fields) === 1,
    schema: { oneOf: required(fields) },
  });

/** At least one of the fields is given. */
export const AtLeastOne = (...fields: string[]): ClassDecorator =>
  rule({
    fields,
    valid: `at least one of ${listed(fields)}`,
    holds: (object) => given(object, fields) > 0,
    schema: { anyOf: required(fields) },
  });

/** Not more than one of the fields is given. */
export const AtMostOne = (...fields: string[]): ClassDecorator =>
  rule({
    fields,
    valid: `not more than one of ${listed(fields)}`,
    holds: (object) => given(object, fields) <= 1,
  });

/** Two dates of which the second, if given, is not before the first. */
export const InOrder = (first: string, second: string): ClassDecorator =>
  rule({
    fields: [second, first],
    valid: `${second} not before ${first}`,
    holds: ({ [first]: a, [second]: b }) =>
      typeof a !== 'string' || typeof b !== 'string' || a.length !== b.length || a <= b,
  });
