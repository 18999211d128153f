import { applyDecorators } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import type { Allowed } from './parameters.js';

/** Describes the query parameters that a route reads. */
export const Queried = (allowed: Allowed): MethodDecorator =>
  applyDecorators(
    ...Object.entries(allowed).map(([name, { valid, schema }]) =>
      ApiQuery({ name, required: false, description: valid, schema: schema as object }),
    ),
  );
