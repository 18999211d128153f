import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from 'jose';
import type { Caller } from './caller.js';
import type { Issuer } from './tokens.js';

const ISSUER = 'everycent-development';
const AUDIENCE = 'everycent';
const ALGORITHM = 'EdDSA';
const VALID_FOR = '12h';

const refuseProduction = (): void => {
  if (process.env['NODE_ENV'] !== 'production') return;
  throw new Error(
    'The development issuer does not run with NODE_ENV=production: set AUTH_ISSUER and AUTH_AUDIENCE to your OpenID provider.',
  );
};

const makeKey = async (file: string): Promise<void> => {
  const { privateKey } = await generateKeyPair(ALGORITHM, { crv: 'Ed25519', extractable: true });
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, JSON.stringify(await exportJWK(privateKey)), { mode: 0o600 });
  try {
    // Unlike a rename, a link never replaces the key that another process has made meanwhile.
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
};

const keyIn = async (home: string): Promise<JWK> => {
  refuseProduction();
  const file = path.join(home, 'development-issuer.jwk');
  if (!existsSync(file)) await makeKey(file);
  return JSON.parse(readFileSync(file, 'utf8')) as JWK;
};

/** Accepts the tokens that `developmentToken` makes with the same `EVERYCENT_HOME`. Throws in production. */
export const developmentIssuer = async (home: string): Promise<Issuer> => {
  const { d: _secret, ...published } = await keyIn(home);
  const key = await importJWK(published, ALGORITHM);
  return { issuer: ISSUER, audience: AUDIENCE, key: async () => key };
};

/** A token that says who somebody is, valid for twelve hours. Throws in production. */
export const developmentToken = async (
  home: string,
  { user, role, payee }: Caller,
): Promise<string> =>
  new SignJWT({ role, ...(payee === undefined ? {} : { payee }) })
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(user)
    .setIssuedAt()
    .setExpirationTime(VALID_FOR)
    .sign(await importJWK(await keyIn(home), ALGORITHM));
