import {
  createRemoteJWKSet,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import { kinds } from '#kernel';
import { isRole, ROLES, type Role } from '#access';
import { HttpRefusal } from './problem.js';

/** Whose tokens are accepted, for whom, and with which keys they are signed. */
export interface Issuer {
  readonly issuer: string;
  readonly audience: string;
  readonly key: JWTVerifyGetKey;
}

/** What a token says: who the user is, and what its issuer holds for his role and for the payee he is. */
export interface Claims {
  readonly user: string;
  readonly role?: Role;
  readonly payee?: string;
}

const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];
// A header that brings its own key, or says where to fetch one, asks to be trusted for no reason.
const BRINGS_KEY = ['jku', 'jwk', 'x5u', 'x5c', 'x5t', 'x5t#S256'];
const TOKEN_LENGTH = 8192;
const CLOCK_SKEW_SECONDS = 5;
const CACHED_AT_MOST = 10_000;
const CACHED_MS = 60_000;

/** An OpenID provider's published keys. Throws if its discovery document cannot be read or names another issuer. */
export const remoteIssuer = async (issuer: string, audience: string): Promise<Issuer> => {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await fetch(address, { signal: AbortSignal.timeout(10_000), redirect: 'error' });
  if (!answer.ok) throw new Error(`AUTH_ISSUER: ${address} answered ${answer.status}.`);
  const found = (await answer.json()) as { issuer?: unknown; jwks_uri?: unknown };
  if (found.issuer !== issuer)
    throw new Error(`AUTH_ISSUER: ${address} speaks for ${String(found.issuer)}.`);
  if (typeof found.jwks_uri !== 'string')
    throw new Error(`AUTH_ISSUER: ${address} names no jwks_uri.`);
  return { issuer, audience, key: createRemoteJWKSet(new URL(found.jwks_uri)) };
};

const refuse = (why: string): never => {
  throw new HttpRefusal('Unauthenticated', why);
};

const isName = (value: unknown): value is string => kinds.id.read(value) !== undefined;

const readClaims = ({ sub, role, payee }: JWTPayload): Claims => {
  if (!isName(sub)) return refuse('The token names no user (claim "sub").');
  if (role !== undefined && !isRole(role))
    return refuse(`The token's claim "role" is none of ${ROLES.join(', ')}.`);
  if (payee !== undefined && !isName(payee))
    return refuse('The token\'s claim "payee" is not an id.');
  return {
    user: sub,
    ...(role === undefined ? {} : { role }),
    ...(payee === undefined ? {} : { payee }),
  };
};

/** Verifies access tokens: algorithm, signature, issuer, audience, times, and no key of their own. */
export class Tokens {
  // Verifying costs more than booking a deal, and a client sends the same token a thousand times.
  private readonly verified = new Map<string, { claims: Claims; until: number }>();

  constructor(
    private readonly issuer: Issuer,
    private readonly now: () => number = Date.now,
  ) {}

  /** What the token in an `Authorization` header says; refuses with `Unauthenticated` what is none of ours. */
  async claimsOf(authorization: string | undefined): Promise<Claims> {
    if (!authorization) return refuse('Send "Authorization: Bearer <access token or API key>".');
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
    if (!token || token.length > TOKEN_LENGTH)
      return refuse('The Authorization header holds no bearer token.');
    const known = this.verified.get(token);
    if (known && this.now() < known.until) return known.claims;
    this.verified.delete(token);
    return this.verify(token);
  }

  private async verify(token: string): Promise<Claims> {
    const payload = await this.payloadOf(token);
    const claims = readClaims(payload);
    if (this.verified.size >= CACHED_AT_MOST) this.verified.clear();
    const now = this.now();
    this.verified.set(token, {
      claims,
      until: Math.min((payload.exp as number) * 1000, now + CACHED_MS),
    });
    return claims;
  }

  private async payloadOf(token: string): Promise<JWTPayload> {
    const { issuer, audience, key } = this.issuer;
    try {
      const header = decodeProtectedHeader(token);
      if (BRINGS_KEY.some((name) => name in header))
        return refuse('A token may not bring its own key.');
      const { payload } = await jwtVerify(token, key, {
        algorithms: ALGORITHMS,
        issuer,
        audience,
        requiredClaims: ['exp', 'sub', 'iss', 'aud'],
        clockTolerance: CLOCK_SKEW_SECONDS,
        currentDate: new Date(this.now()),
      });
      return payload;
    } catch (error) {
      if (error instanceof HttpRefusal) throw error;
      if (error instanceof errors.JWKSTimeout)
        throw new HttpRefusal('Unavailable', 'The issuer does not answer.');
      // What exactly is wrong with a forged token is the forger's business alone.
      return refuse(
        error instanceof errors.JWTExpired ? 'The token has expired.' : 'The token is not valid.',
      );
    }
  }
}
