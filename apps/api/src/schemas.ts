import { describeShape, kinds, type Kind, type Shape } from '#kernel';
import { isAmount, isDecimal } from './body.js';

type JsonSchema = kinds.JsonSchema;

const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

const MONEY: JsonSchema = {
  type: 'object',
  description: 'An amount of money; never a JSON number.',
  properties: {
    amount: { type: 'string', pattern: '^[+-]?\\d+(\\.\\d+)?$', examples: ['1234.50'] },
    currency: { type: 'string', pattern: '^[A-Z]{3}$', examples: ['USD'] },
  },
  required: ['amount', 'currency'],
  additionalProperties: false,
};

const scalarSchema = (scalar: kinds.Scalar): JsonSchema => {
  if (!isDecimal(scalar)) return scalar.schema;
  // Over HTTP a decimal is text: the language's whole numbers without quotes are for YAML.
  const [text] = scalar.schema['anyOf'] as JsonSchema[];
  return isAmount(scalar) ? { anyOf: [text, ref('Money')] } : (text as JsonSchema);
};

/** Collects the schemas of commands under the names of their classes. */
export class Schemas {
  /** For `components.schemas` of the OpenAPI document. */
  readonly components: Record<string, JsonSchema> = { Money: MONEY };

  /** The schema of a shape, by reference. */
  of(shape: Shape): JsonSchema {
    if (!(shape.name in this.components)) {
      // Entered before it is described, in case it contains itself.
      this.components[shape.name] = {};
      this.components[shape.name] = this.describe(shape, []);
    }
    return ref(shape.name);
  }

  /** The schema of a body that leaves out what the path says. */
  body(shape: Shape, inPath: readonly string[]): JsonSchema {
    return inPath.length === 0 ? this.of(shape) : this.describe(shape, inPath);
  }

  private describe(shape: Shape, without: readonly string[]): JsonSchema {
    const { fields, rules } = describeShape(shape);
    const properties: Record<string, JsonSchema> = {};
    const required: string[] = [];
    for (const [name, { kind, optional }] of fields) {
      if (without.includes(name)) continue;
      properties[name] = this.kind(kind);
      if (!optional) required.push(name);
    }
    const all = rules.flatMap(({ schema }) => (schema ? [schema] : []));
    return {
      type: 'object',
      properties,
      ...(required.length > 0 ? { required } : {}),
      ...(all.length > 0 ? { allOf: all } : {}),
      additionalProperties: false,
    };
  }

  private kind(kind: Kind): JsonSchema {
    switch (kind.is) {
      case 'scalar':
        return scalarSchema(kind.scalar);
      case 'list':
        return {
          type: 'array',
          items: this.kind(kind.of),
          minItems: kind.least,
          maxItems: kind.most,
        };
      case 'entries':
        return {
          type: 'object',
          additionalProperties: scalarSchema(kind.of),
          maxProperties: kind.most,
        };
      case 'object':
        return this.of(kind.shape());
      case 'one-or-list': {
        const one = this.kind(kind.of);
        return { anyOf: [one, { type: 'array', items: one, minItems: 1 }] };
      }
      case 'step':
        return {
          type: 'object',
          description:
            kind.commands.length > 0 ? `A step: ${kind.commands.join(' or ')}.` : 'A step.',
        };
    }
  }
}
