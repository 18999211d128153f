import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  UnsecuredJWT,
  type JWTHeaderParameters,
  type JWTPayload,
} from 'jose';

import { developmentIssuer, developmentToken } from './development-issuer.js';
import { remoteIssuer, Tokens, type Claims, type Issuer } from './tokens.js';

const ISSUER = 'https://login.example.com';
const AUDIENCE = 'everycent';

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;

let ours: Keys;
let rsa: Keys;
let theirs: Keys;
let issuer: Issuer;

beforeAll(async () => {
  ours = await generateKeyPair('ES256', { extractable: true });
  rsa = await generateKeyPair('RS256', { extractable: true });
  theirs = await generateKeyPair('ES256', { extractable: true });
  const key = async ({ alg }: { alg: string }) => (alg === 'RS256' ? rsa : ours).publicKey;
  issuer = { issuer: ISSUER, audience: AUDIENCE, key };
});

const now = () => Math.floor(Date.now() / 1000);

interface Made {
  readonly claims?: JWTPayload;
  readonly header?: Partial<JWTHeaderParameters>;
  readonly key?: Keys['privateKey'] | Uint8Array;
}

const make = ({ claims = {}, header = {}, key = ours.privateKey }: Made = {}): Promise<string> => {
  const payload = {
    sub: 'ana',
    role: 'rep',
    payee: 'ana',
    iss: ISSUER,
    aud: AUDIENCE,
    iat: now(),
    exp: now() + 60,
    ...claims,
  };
  return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', ...header }).sign(key);
};

const outcome = async (authorization: string | undefined): Promise<Claims | string> => {
  try {
    return await new Tokens(issuer).claimsOf(authorization);
  } catch (error) {
    return (error as { code: string }).code;
  }
};

const [head, body, signature] = [0, 1, 2] as const;
const changed = async (part: 0 | 1 | 2, change: (text: string) => string): Promise<string> => {
  const parts = (await make()).split('.');
  parts[part] = change(parts[part] as string);
  return parts.join('.');
};
const json = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const FORGED: Readonly<Record<string, () => Promise<string>>> = {
  'signed by somebody else': () => make({ key: theirs.privateKey }),
  'without a signature': () => changed(signature, () => ''),
  'with a changed signature': () =>
    changed(signature, (text) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1)),
  'with a cut signature': () => changed(signature, (text) => text.slice(0, -4)),
  'with another body': () =>
    changed(body, () =>
      json({ sub: 'root', role: 'comp-admin', iss: ISSUER, aud: AUDIENCE, exp: now() + 60 }),
    ),
  'with a body that is no JSON': () => changed(body, () => 'AAAA'),
  'with a header that is no JSON': () => changed(head, () => 'AAAA'),
  'unsecured (none)': async () =>
    new UnsecuredJWT({ sub: 'ana', role: 'rep' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setExpirationTime('1m')
      .encode(),
  'header none': () => changed(head, () => json({ alg: 'none' })),
  'header NONE': () => changed(head, () => json({ alg: 'NONE' })),
  'header HS256 with our public key as the secret': async () =>
    make({
      header: { alg: 'HS256' },
      key: Buffer.from(JSON.stringify(await exportJWK(ours.publicKey))),
    }),
  'header HS256': () => changed(head, () => json({ alg: 'HS256' })),
  'header HS512': () => changed(head, () => json({ alg: 'HS512' })),
  'header PS256': () =>
    make({ header: { alg: 'PS256' }, key: rsa.privateKey }).catch(() => 'a.b.c'),
  'header RS256 over an ES256 signature': () => changed(head, () => json({ alg: 'RS256' })),
  'header RS384': () => changed(head, () => json({ alg: 'RS384' })),
  'header ES384': () => changed(head, () => json({ alg: 'ES384' })),
  'header EdDSA over an ES256 signature': () => changed(head, () => json({ alg: 'EdDSA' })),
  'without an algorithm': () => changed(head, () => json({})),
  'with a number as algorithm': () => changed(head, () => json({ alg: 256 })),
  'with its own key (jwk)': async () =>
    make({ header: { jwk: await exportJWK(theirs.publicKey) }, key: theirs.privateKey }),
  'with our own key as jwk': async () => make({ header: { jwk: await exportJWK(ours.publicKey) } }),
  'with jku': () => make({ header: { jku: 'https://evil.example.com/jwks.json' } }),
  'with x5u': () => make({ header: { x5u: 'https://evil.example.com/cert.pem' } }),
  'with x5c': () => make({ header: { x5c: ['AAAA'] } }),
  'with a critical extension': () => changed(head, () => json({ alg: 'ES256', crit: ['exp'] })),
  'with b64 false': () => changed(head, () => json({ alg: 'ES256', b64: false, crit: ['b64'] })),
  'of another issuer': () => make({ claims: { iss: 'https://evil.example.com' } }),
  'of an issuer with a slash more': () => make({ claims: { iss: `${ISSUER}/` } }),
  'without issuer': () => make({ claims: { iss: undefined } as unknown as JWTPayload }),
  'for another audience': () => make({ claims: { aud: 'payroll' } }),
  'for nobody': () => make({ claims: { aud: undefined } as unknown as JWTPayload }),
  'that has expired': () => make({ claims: { exp: now() - 60 } }),
  'that never expires': () => make({ claims: { exp: undefined } as unknown as JWTPayload }),
  'whose expiry is text': () => make({ claims: { exp: 'tomorrow' as unknown as number } }),
  'that is not valid yet': () => make({ claims: { nbf: now() + 600 } }),
  'without a user': () => make({ claims: { sub: undefined } as unknown as JWTPayload }),
  'with an empty user': () => make({ claims: { sub: '' } }),
  'with a user of control characters': () => make({ claims: { sub: 'a\u0000b' } }),
  'with a role that does not exist': () => make({ claims: { role: 'root' } }),
  'with a list of roles': () => make({ claims: { role: ['rep', 'comp-admin'] } }),
  'with a payee that is no text': () => make({ claims: { payee: { id: 'ana' } } }),
  'encrypted, five parts': async () => 'a.b.c.d.e',
  'of one part': async () => 'abc',
  'with spaces': async () => `${await make()} x`,
  'too long': () => make({ claims: { padding: 'x'.repeat(9000) } }),
};

describe('an access token', () => {
  it('says who calls', async () => {
    expect(await outcome(`Bearer ${await make()}`)).toEqual({
      user: 'ana',
      role: 'rep',
      payee: 'ana',
    });
    const other = await make({
      header: { alg: 'RS256' },
      key: rsa.privateKey,
      claims: { payee: undefined },
    });
    expect(await outcome(`bearer ${other}`)).toEqual({ user: 'ana', role: 'rep' });
  });

  it('is forged in forty ways and more', () =>
    expect(Object.keys(FORGED).length).toBeGreaterThan(40));

  it.each(Object.keys(FORGED))('is refused %s', async (name) => {
    const forged = await (FORGED[name] as () => Promise<string>)();
    expect(await outcome(`Bearer ${forged}`)).toBe('Unauthenticated');
  });

  it.each([undefined, '', 'Bearer', 'Bearer ', 'Basic YTpi', 'token'])(
    'is refused as the header %p',
    async (header) => {
      expect(await outcome(header)).toBe('Unauthenticated');
    },
  );

  it('expires although it was verified before', async () => {
    let time = Date.now();
    const tokens = new Tokens(issuer, () => time);
    const token = `Bearer ${await make()}`;
    expect(await tokens.claimsOf(token)).toEqual(await tokens.claimsOf(token));
    time += 120_000;
    await expect(tokens.claimsOf(token)).rejects.toMatchObject({ code: 'Unauthenticated' });
  });
});

describe('an OpenID provider', () => {
  const provide = async (
    discovery: (issuer: string) => object,
  ): Promise<{ issuer: string; close: () => void }> => {
    const jwk = { ...(await exportJWK(ours.publicKey)), kid: 'k1', alg: 'ES256' };
    const server = createServer((request, response) => {
      const found = request.url === '/jwks' ? { keys: [jwk] } : discovery(issuer);
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(found));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { issuer, close: () => server.close() };
  };

  it('is asked for its keys', async () => {
    const { issuer: iss, close } = await provide((at) => ({ issuer: at, jwks_uri: `${at}/jwks` }));
    const tokens = new Tokens(await remoteIssuer(iss, AUDIENCE));
    const token = await make({ claims: { iss }, header: { kid: 'k1' } });
    expect(await tokens.claimsOf(`Bearer ${token}`)).toEqual({
      user: 'ana',
      role: 'rep',
      payee: 'ana',
    });
    const other = await make({ claims: { iss }, header: { kid: 'k1' }, key: theirs.privateKey });
    await expect(tokens.claimsOf(`Bearer ${other}`)).rejects.toMatchObject({
      code: 'Unauthenticated',
    });
    const unknown = await make({ claims: { iss }, header: { kid: 'k2' } });
    await expect(tokens.claimsOf(`Bearer ${unknown}`)).rejects.toMatchObject({
      code: 'Unauthenticated',
    });
    close();
  });

  it('that speaks for another issuer, or names no keys, is refused at the start', async () => {
    const one = await provide(() => ({ issuer: 'https://evil.example.com', jwks_uri: 'x' }));
    await expect(remoteIssuer(one.issuer, AUDIENCE)).rejects.toThrow(
      'speaks for https://evil.example.com',
    );
    one.close();
    const other = await provide((at) => ({ issuer: at }));
    await expect(remoteIssuer(other.issuer, AUDIENCE)).rejects.toThrow('names no jwks_uri');
    other.close();
  });
});

describe('the development issuer', () => {
  let home: string;
  beforeAll(() => (home = mkdtempSync(path.join(tmpdir(), 'everycent-issuer-'))));
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it('accepts its own tokens and those of no other home', async () => {
    const caller = { user: 'dana', role: 'comp-admin' } as const;
    const token = `Bearer ${await developmentToken(home, caller)}`;
    expect(await new Tokens(await developmentIssuer(home)).claimsOf(token)).toEqual(caller);
    const elsewhere = mkdtempSync(path.join(tmpdir(), 'everycent-issuer-'));
    const other = new Tokens(await developmentIssuer(elsewhere));
    await expect(other.claimsOf(token)).rejects.toMatchObject({ code: 'Unauthenticated' });
    rmSync(elsewhere, { recursive: true });
  });

  it('makes one key, also when several processes ask at once', async () => {
    const fresh = mkdtempSync(path.join(tmpdir(), 'everycent-issuer-'));
    const caller = { user: 'dana', role: 'auditor' } as const;
    const made = await Promise.all(
      Array.from({ length: 5 }, () => developmentToken(fresh, caller)),
    );
    const tokens = new Tokens(await developmentIssuer(fresh));
    for (const token of made) expect(await tokens.claimsOf(`Bearer ${token}`)).toEqual(caller);
    rmSync(fresh, { recursive: true });
  });

  it('refuses production', async () => {
    process.env['NODE_ENV'] = 'production';
    try {
      await expect(developmentIssuer(home)).rejects.toThrow('NODE_ENV=production');
      await expect(developmentToken(home, { user: 'a', role: 'rep' })).rejects.toThrow(
        'NODE_ENV=production',
      );
    } finally {
      process.env['NODE_ENV'] = 'test';
    }
  });
});
