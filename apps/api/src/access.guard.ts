import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { CalledRequest, Caller, Reach } from './caller.js';
import { HttpRefusal } from './problem.js';
import { nounOf } from './keys.js';
import { Logins } from './logins.js';
import { OPEN_TO_KEYS, ROUTES, type Access } from './routes.js';

/** Whose things a caller reaches by a route. Refuses with `Forbidden` where the role may not use it at all. */
export const reachOf = (access: Access | undefined, { role }: Caller): Reach => {
  const reach = access === 'public' ? 'all' : access?.[role];
  if (reach) return reach;
  const may = Object.keys(access ?? {}).join(', ') || 'nobody';
  throw new HttpRefusal('Forbidden', `The role ${role} may not do this; may: ${may}.`, undefined, {
    role,
  });
};

// A key is for some nouns, whatever its role may do besides.
const refuseOutOfScope = ({ key }: Caller, path: string): void => {
  const noun = nounOf(path);
  if (!key || key.scopes.includes(noun) || OPEN_TO_KEYS.has(noun)) return;
  const message = `The key ${key.id} is not for ${noun}; it is for: ${key.scopes.join(', ')}.`;
  throw new HttpRefusal('Forbidden', message, undefined, { scopes: key.scopes });
};

/** Lets through who proves, by a token or a key, that he is in a role that `ROUTES` names for the route. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly logins: Logins) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<CalledRequest>();
    const { path } = request.route as { path: string };
    const access = ROUTES[`${request.method === 'HEAD' ? 'GET' : request.method} ${path}`];
    if (access === 'public') return true;
    request.caller = await this.logins.callerOf(request.headers.authorization, access);
    request.reach = reachOf(access, request.caller);
    refuseOutOfScope(request.caller, path);
    return true;
  }
}
