import { kinds, REFUSAL_CODES, shapeSchema, type JsonSchema } from '#kernel';
import { commandSchema, commandTable } from './commands.js';
import { Expectations } from './expectations.js';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';
const ref = (name: string): JsonSchema => ({ $ref: `#/$defs/${name}` });
const names = Object.keys(commandTable).sort();

const step = (): JsonSchema => {
  const kindsOfStep = [...names, 'expect', 'reject'];
  return {
    type: 'object',
    properties: {
      ...Object.fromEntries(kindsOfStep.map((name) => [name, ref(name)])),
      recorded: kinds.instant.schema,
      by: kinds.id.schema,
    },
    additionalProperties: false,
    oneOf: kindsOfStep.map((name) => ({ required: [name] })),
  };
};

const reject = (): JsonSchema => ({
  type: 'object',
  // A step that is not well formed counts as refused, so nothing is wrong here.
  properties: { step: { anyOf: [ref('step'), true] }, code: { enum: Object.keys(REFUSAL_CODES) } },
  required: ['step'],
  additionalProperties: false,
});

const planSchemaOf = (steps: JsonSchema): JsonSchema => {
  const schema = commandSchema('publish-plan') as { properties: Record<string, JsonSchema> };
  const tests = { ...schema.properties.tests, items: steps };
  return { ...schema, properties: { ...schema.properties, tests } };
};

const definitions = (): Record<string, JsonSchema> => ({
  ...Object.fromEntries(names.map((name) => [name, commandSchema(name)])),
  'publish-plan': planSchemaOf(ref('step')),
  expect: shapeSchema(Expectations),
  reject: reject(),
  step: step(),
});

/** The JSON Schema of a scenario file, by which editors complete and check it. */
export const scenarioSchema = (): JsonSchema => ({
  $schema: DIALECT,
  title: 'A scenario: facts in the order in which they were recorded, and what is expected of them',
  type: 'object',
  properties: {
    scenario: kinds.text.schema,
    source: kinds.text.schema,
    steps: { type: 'array', items: ref('step') },
  },
  required: ['scenario', 'steps'],
  additionalProperties: false,
  $defs: definitions(),
});

/** The JSON Schema of a plan: what `publish-plan` takes, with the steps of its tests. */
export const planSchema = (): JsonSchema => ({
  $schema: DIALECT,
  title: 'A version of a compensation plan',
  ...planSchemaOf(ref('step')),
  $defs: definitions(),
});
