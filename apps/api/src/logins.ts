import type { Role } from '#access';
import type { Book } from '#crediting';
import { keysByHash, rolesOf } from '../../worker/src/access.js';
import type { OpenCompany } from '../../worker/src/company.js';
import type { Caller, Reach } from './caller.js';
import { hashOfKey, isKey } from './keys.js';
import type { KeyUses } from './key-uses.postgres.js';
import { HttpRefusal } from './problem.js';
import type { Access } from './routes.js';
import type { Claims, Tokens } from './tokens.js';

const NOT_ONE_OF_OURS = 'The API key is not valid, or not any more.';

// Where a user may do a thing in two of his roles, he does it in the one that is there for it.
const ORDER: readonly Role[] = [
  'approver',
  'comp-admin',
  'auditor',
  'manager',
  'rep',
  'integration',
];
const WIDEST: readonly (Reach | undefined)[] = ['all', 'below', 'own', undefined];

const refuse = (why: string): never => {
  throw new HttpRefusal('Unauthenticated', why);
};

const bearer = (authorization: string | undefined): string =>
  /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1] ?? '';

/** A role in which a user may act, and the payee who he then is, if the grant says so. */
type Held = ReadonlyMap<Role, string | undefined>;

/** The role in which somebody acts: the one that his token names or, of all of his, the one that reaches furthest. */
const actingRole = (held: Held, claimed: Role | undefined, access: Access | undefined): Role => {
  if (claimed !== undefined && held.has(claimed)) return claimed;
  const reach = (role: Role): number =>
    WIDEST.indexOf(access === 'public' ? 'all' : access?.[role]);
  const [best] = ORDER.filter((role) => held.has(role)).sort((a, b) => reach(a) - reach(b));
  return best as Role;
};

/**
 * Says who sends a request and in which role. A token proves who the user is; facts say what he may do, as soon as
 * they speak of him, from the next request on: the log is read before every answer.
 */
export class Logins {
  constructor(
    private readonly tokens: Tokens,
    private readonly company: OpenCompany,
    private readonly uses: KeyUses,
    /** Comp-admin until facts speak of him; where he is named, no token says by itself what its user may do. */
    private readonly admin?: string,
    private readonly now: () => number = Date.now,
  ) {}

  /** The caller that an `Authorization` header proves, as he acts by a route; refuses with `Unauthenticated`. */
  async callerOf(authorization: string | undefined, access: Access | undefined): Promise<Caller> {
    const text = bearer(authorization);
    if (isKey(text)) return this.ofKey(text, await this.company.book());
    const claims = await this.tokens.claimsOf(authorization);
    const book = await this.company.book();
    const held = this.heldBy(claims, book);
    if (held.size === 0) {
      if (claims.role === undefined && !rolesOf(book, claims.user))
        return refuse('The token names no role, and its user has none.');
      throw new HttpRefusal('Forbidden', `The user ${claims.user} has no role, or none any more.`);
    }
    const role = actingRole(held, claims.role, access);
    const payee = held.get(role) ?? claims.payee;
    return { user: claims.user, role, ...(payee !== undefined && { payee }) };
  }

  private heldBy({ user, role }: Claims, book: Book): Held {
    const told = rolesOf(book, user);
    if (told) {
      const granted = [...told].filter(([, grant]) => grant !== undefined);
      return new Map(granted.map(([name, grant]) => [name, grant?.payee]));
    }
    if (this.admin !== undefined) {
      return new Map(user === this.admin ? [['comp-admin', undefined]] : []);
    }
    return new Map(role === undefined ? [] : [[role, undefined]]);
  }

  private ofKey(text: string, book: Book): Caller {
    const found = keysByHash(book).get(hashOfKey(text));
    if (!found || found.isRevoked) return refuse(NOT_ONE_OF_OURS);
    const { id, role, scopes, expiresOn, by, byPayee } = found.created;
    if (new Date(this.now()).toISOString().slice(0, 10) >= expiresOn)
      return refuse('The API key has expired.');
    // A key may do nothing that its owner could not let it do.
    if (!this.heldBy({ user: by, role: 'comp-admin' }, book).has('comp-admin'))
      return refuse(NOT_ONE_OF_OURS);
    this.uses.note(id, this.now());
    return {
      user: by,
      role,
      ...(byPayee !== undefined && { payee: byPayee }),
      key: { id, scopes },
    };
  }
}
