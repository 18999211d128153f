import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { CalledRequest, Caller, Reach } from './caller.js';
import { HttpRefusal } from './problem.js';
import { ROUTES, type Access } from './routes.js';
import { Tokens } from './tokens.js';

/** Whose things a caller reaches by a route. Refuses with `Forbidden` where the role may not use it at all. */
export const reachOf = (access: Access | undefined, { role }: Caller): Reach => {
  const reach = access === 'public' ? 'all' : access?.[role];
  if (reach) return reach;
  const may = Object.keys(access ?? {}).join(', ') || 'nobody';
  throw new HttpRefusal('Forbidden', `The role ${role} may not do this; may: ${may}.`, undefined, {
    role,
  });
};

/** Lets through who proves by a token that he is in a role that `ROUTES` names for the route. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly tokens: Tokens) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<CalledRequest>();
    const { path } = request.route as { path: string };
    const access = ROUTES[`${request.method === 'HEAD' ? 'GET' : request.method} ${path}`];
    if (access === 'public') return true;
    request.caller = await this.tokens.callerOf(request.headers.authorization);
    request.reach = reachOf(access, request.caller);
    return true;
  }
}
