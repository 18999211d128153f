import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { loginOf, type CalledRequest } from './caller.js';
import { HttpRefusal } from './problem.js';

/** Requests that one login, or one address without a login, may send in a second. */
export const REQUESTS_A_SECOND = 5000;

/** Counts requests by the second, so that one client cannot keep the service from the others. */
@Injectable()
export class ThrottleGuard implements CanActivate {
  private counted = new Map<string, number>();
  private until = 0;

  canActivate(context: ExecutionContext): boolean {
    const { caller, ip } = context.switchToHttp().getRequest<CalledRequest>();
    const now = Date.now();
    if (now >= this.until) {
      this.counted = new Map();
      this.until = now + 1000;
    }
    const who = caller ? loginOf(caller) : String(ip);
    const count = (this.counted.get(who) ?? 0) + 1;
    this.counted.set(who, count);
    if (count <= REQUESTS_A_SECOND) return true;
    const message = `More than ${REQUESTS_A_SECOND} requests in a second: wait a second, then try again.`;
    throw new HttpRefusal('TooManyRequests', message, undefined, { limit: REQUESTS_A_SECOND });
  }
}
