import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { NestExpressApplication } from '@nestjs/platform-express';
import {
  isObject,
  REFUSAL_CODES,
  shapeSchema,
  type JsonSchema,
  type CommandHandler,
} from '#kernel';
import { handlerOf } from '#scenarios';
import { decimalIn } from './body.js';
import { HTTP_CODES } from './problem.js';
import { ROUTES } from './routes.js';
import { NEEDS_KEY } from './writer.js';

type Json = Record<string, unknown>;
type Operation = Json & { readonly 'x-commands'?: readonly string[]; parameters?: Json[] };

const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
const codes = Object.keys({ ...REFUSAL_CODES, ...HTTP_CODES });

const COMPONENTS: Readonly<Record<string, JsonSchema>> = {
  Money: {
    type: 'object',
    description: 'An amount of money; never a JSON number.',
    properties: {
      amount: { type: 'string', pattern: '^[+-]?\\d+(\\.\\d+)?$', examples: ['1234.50'] },
      currency: { type: 'string', pattern: '^[A-Z]{3}$', examples: ['USD'] },
    },
    required: ['amount', 'currency'],
    additionalProperties: false,
  },
  Recorded: {
    type: 'object',
    description: 'What a command led to. `events` is empty where it said again what is known.',
    properties: {
      id: { type: 'string' },
      position: {
        type: 'integer',
        description: 'The log position that shows it: for `after` and `asOf`.',
      },
      events: { type: 'array', items: { type: 'string' } },
    },
    required: ['position', 'events'],
  },
  KeyMade: {
    type: 'object',
    description: 'A key, shown this once; without `key` and `prefix` where it was made before.',
    properties: {
      id: { type: 'string' },
      position: { type: 'integer' },
      events: { type: 'array', items: { type: 'string' } },
      key: { type: 'string', pattern: '^evk_[\\w-]{43}$' },
      prefix: { type: 'string' },
    },
    required: ['id', 'position', 'events'],
  },
  Problem: {
    type: 'object',
    description: 'RFC 9457.',
    properties: {
      type: { type: 'string', format: 'uri' },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string' },
      code: { type: 'string', enum: codes },
      requestId: { type: 'string' },
      context: { type: 'object' },
      errors: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            pointer: { type: 'string' },
            code: { type: 'string' },
            message: { type: 'string' },
          },
          required: ['pointer', 'code', 'message'],
        },
      },
    },
    required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
  },
};

/** A schema of the language as HTTP has it: a decimal is text, and an amount of money may name its currency. */
const overHttp = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(overHttp);
  if (!isObject(schema)) return schema;
  const decimal = decimalIn(schema);
  if (decimal) {
    const [text] = schema['anyOf'] as [JsonSchema];
    return decimal === 'ratio' ? text : { anyOf: [text, ref('Money')] };
  }
  return Object.fromEntries(Object.entries(schema).map(([name, of]) => [name, overHttp(of)]));
};

const inPath = (path: string): string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);

const bodySchema = (handler: CommandHandler, path: string): JsonSchema => {
  const schema = overHttp(shapeSchema(handler.shape)) as {
    properties: Json;
    required?: string[];
  } & Json;
  const said = inPath(path);
  const properties = Object.fromEntries(
    Object.entries(schema.properties).filter(([name]) => !said.includes(name)),
  );
  const required = (schema.required ?? []).filter((name) => !said.includes(name));
  const { required: _before, ...others } = schema;
  return { ...others, properties, ...(required.length > 0 ? { required } : {}) };
};

const ANSWERS = {
  default: {
    description: 'Refused.',
    content: { 'application/problem+json': { schema: ref('Problem') } },
  },
};

// Its answer holds a secret: it is not kept to be repeated.
const SHOWS_SECRET = 'create-key';

const enrichWrite = (operation: Operation, path: string): void => {
  const given = operation['x-commands'] ?? [];
  const schemas = given.map((type) => bodySchema(handlerOf(type), path));
  const schema = schemas.length === 1 ? (schemas[0] as JsonSchema) : { anyOf: schemas };
  const isOptional = schemas.some(({ required }) => required === undefined);
  operation['requestBody'] = { required: !isOptional, content: { 'application/json': { schema } } };
  const showsSecret = given.includes(SHOWS_SECRET);
  const recorded = {
    description: 'Recorded.',
    content: { 'application/json': { schema: ref(showsSecret ? 'KeyMade' : 'Recorded') } },
  };
  operation['responses'] = {
    [path.endsWith('}') ? 200 : 201]: recorded,
    200: recorded,
    ...ANSWERS,
  };
  if (showsSecret) return;
  const key = {
    name: 'Idempotency-Key',
    in: 'header',
    required: given.some((type) => NEEDS_KEY.has(type)),
    description:
      'The same key and content again repeats the answer, with Idempotent-Replayed: true.',
    schema: { type: 'string', minLength: 1, maxLength: 200, pattern: '^[\\x21-\\x7e]+$' },
  };
  operation.parameters = [...(operation.parameters ?? []), key];
};

/** The OpenAPI 3.1 document of an application: Nest knows the routes, the commands' shapes know the bodies. */
export const documentOf = (app: NestExpressApplication): OpenAPIObject => {
  const about = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Everycent')
    .setDescription(
      'Commissions and quotas: facts go in, statements and payouts come out, every cent explained.',
    )
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: 'An access token of the issuer, or an API key (evk_...).',
      },
      'token',
    )
    .build();
  const document = SwaggerModule.createDocument(app, about);
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, described] of Object.entries(methods) as [string, Operation][]) {
      const access = ROUTES[`${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`];
      if (described['x-commands']) enrichWrite(described, path);
      else described['responses'] = { ...(described['responses'] as Json), ...ANSWERS };
      if (access === 'public') continue;
      described['security'] = [{ token: [] }];
      described['x-roles'] = Object.keys(access ?? {});
    }
  }
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, ...(COMPONENTS as Json) } as NonNullable<
      OpenAPIObject['components']
    >['schemas'],
  } as NonNullable<OpenAPIObject['components']>;
  return document;
};
