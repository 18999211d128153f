import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import request, { type Test } from 'supertest';
import type { Database } from '#event-store';
import { freshDatabase } from '#testing';
import { createApi } from '../../apps/api/src/api.js';
import type { ApiParts } from '../../apps/api/src/api.module.js';
import type { Caller } from '../../apps/api/src/caller.js';
import { developmentIssuer, developmentToken } from '../../apps/api/src/development-issuer.js';
import { Idempotency } from '../../apps/api/src/idempotency.postgres.js';
import { Tokens } from '../../apps/api/src/tokens.js';
import { OpenCompany } from '../../apps/worker/src/company.js';

/** What is written to establish a fact: where, and the body. */
export type Fact = readonly [where: string, body: object];

type Method = 'get' | 'post' | 'put' | 'delete' | 'patch';

/** A service of its own for a spec file: a database, its followers, and HTTP. */
export class TriedApi {
  private constructor(
    readonly company: OpenCompany,
    readonly app: Awaited<ReturnType<typeof createApi>>,
    private readonly home: string,
    readonly close: () => Promise<void>,
  ) {}

  static async start(of?: Database, parts: Partial<ApiParts> = {}): Promise<TriedApi> {
    const database = of ?? (await freshDatabase());
    const home = mkdtempSync(path.join(tmpdir(), 'everycent-api-'));
    const company = new OpenCompany(database);
    const failures: unknown[] = [];
    const idempotency = new Idempotency(database.pool, (error) => failures.push(error));
    const tokens = new Tokens(await developmentIssuer(home));
    const app = await createApi({
      company,
      idempotency,
      tokens,
      log: pino({ level: process.env['LOG_LEVEL'] ?? 'silent' }),
      ...parts,
    });
    const stopping = new AbortController();
    const following = company.followers.run(stopping.signal, (error) => failures.push(error));
    return new TriedApi(company, app, home, async () => {
      stopping.abort();
      await following;
      await app.close();
      await idempotency.close();
      await company.close();
      rmSync(home, { recursive: true, force: true });
      if (failures.length > 0) throw failures[0];
    });
  }

  /** A request without a token. */
  anonymous(method: Method, where: string): Test {
    return request(this.app.getHttpServer())[method](where);
  }

  /** Another system, which sends an API key. */
  withKey(key: string): Login {
    return new Login(this, key);
  }

  /** Somebody who can send requests. */
  async login(caller: Caller): Promise<Login> {
    return new Login(this, await developmentToken(this.home, caller));
  }
}

let keys = 0;

/** Requests of one user in one role. */
export class Login {
  constructor(
    private readonly api: TriedApi,
    readonly token: string,
  ) {}

  send(method: Method, where: string): Test {
    return this.api.anonymous(method, where).set('Authorization', `Bearer ${this.token}`);
  }

  get(where: string): Test {
    return this.send('get', where);
  }

  /** A write; without a key of its own it has one that was never used. */
  post(where: string, body: object = {}, key = `key-${(keys += 1)}`): Test {
    return this.send('post', where).set('Idempotency-Key', key).send(body);
  }

  /** Writes facts, all of them new, one after the other; gives the position that shows them all. */
  async record(facts: readonly Fact[]): Promise<number> {
    let position = 0;
    for (const [where, body] of facts) {
      const answer = await this.post(where, body);
      expect([where, answer.status, answer.body.errors]).toEqual([where, 201, undefined]);
      position = answer.body.position as number;
    }
    return position;
  }
}
