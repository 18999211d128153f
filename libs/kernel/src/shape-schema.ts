import type { JsonSchema } from './shape-kinds.js';
import { describeShape } from './shape-reader.js';
import { listOf, type Kind, type Shape } from './shape.js';

const schemaOf = (kind: Kind): JsonSchema => {
  switch (kind.is) {
    case 'scalar':
      return kind.scalar.schema;
    case 'list': {
      const { of, least, most, distinct } = kind;
      const isSet = distinct !== undefined && of.is === 'scalar';
      const list = { type: 'array', items: schemaOf(of), minItems: least, maxItems: most };
      return isSet ? { ...list, uniqueItems: true } : list;
    }
    case 'entries':
      return {
        type: 'object',
        additionalProperties: kind.of.schema,
        maxProperties: kind.most,
        propertyNames: { minLength: 1, maxLength: 100 },
      };
    case 'object':
      return shapeSchema(kind.shape());
    case 'one-or-list':
      return { anyOf: [schemaOf(kind.of), schemaOf(listOf(kind.of))] };
    case 'step': {
      const { commands } = kind;
      if (commands.length === 0) return { type: 'object', minProperties: 1 };
      const properties = Object.fromEntries(commands.map((name) => [name, { type: 'object' }]));
      return {
        type: 'object',
        properties,
        additionalProperties: false,
        minProperties: 1,
        maxProperties: 1,
      };
    }
  }
};

/**
 * The JSON Schema (2020-12, as in OpenAPI 3.1) of what a shape accepts, made from the same
 * metadata that checks it.
 */
export const shapeSchema = (shape: Shape): JsonSchema => {
  const { fields, rules } = describeShape(shape);
  const properties: Record<string, JsonSchema> = {};
  const required: string[] = [];
  for (const [name, { kind, optional }] of fields) {
    properties[name] = schemaOf(kind);
    if (!optional) required.push(name);
  }
  const between = rules.flatMap(({ schema }) => (schema ? [schema] : []));
  return {
    type: 'object',
    properties,
    ...(required.length > 0 && { required }),
    additionalProperties: false,
    ...(between.length > 0 && { allOf: between }),
  };
};
