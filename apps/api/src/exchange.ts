import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { Response } from 'express';
import type { CalledRequest, Caller } from './caller.js';

const COMMANDS = 'everycent:commands';

/** A request, the response to it, and the commands that the route gives. */
export interface Exchange {
  readonly request: CalledRequest;
  readonly response: Response;
  readonly commands: readonly string[];
}

/** Says which command a route gives, or between which ones the body decides. */
export const Gives =
  (...commands: string[]): MethodDecorator =>
  (target, property, descriptor) => {
    Reflect.defineMetadata(COMMANDS, commands, descriptor.value as object);
    ApiExtension('x-commands', commands)(target, property, descriptor);
  };

/** The whole exchange, for a controller that sets a status or a header. Nest still sends what the method returns. */
export const Exchanged = createParamDecorator((_: unknown, context: ExecutionContext): Exchange => {
  const http = context.switchToHttp();
  return {
    request: http.getRequest<CalledRequest>(),
    response: http.getResponse<Response>(),
    commands: (Reflect.getMetadata(COMMANDS, context.getHandler()) as string[] | undefined) ?? [],
  };
});

/** The caller of the request, for a controller's parameter. */
export const CalledBy = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<CalledRequest>();
  if (!caller) throw new Error('A route without authentication asks who calls.');
  return caller;
});
