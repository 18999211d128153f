import { pino } from 'pino';
import request from 'supertest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Decisions, PostgresEventStore, type Database } from '#event-store';
import { freshDatabase } from '#testing';
import { commandTable } from '#scenarios';
import type { CommandHandler, DomainEvent } from '#kernel';
import { createApi } from './api.js';
import { Company, type Executed, type Given } from './company.js';
import { developmentIssuer, developmentToken } from './development-issuer.js';
import { Idempotency } from './idempotency.postgres.js';
import { Tokens } from './tokens.js';

class Fake extends Company {
  private readonly decisions;
  constructor(private readonly store: PostgresEventStore) {
    super();
    this.decisions = new Decisions(store);
  }
  async execute(given: Given): Promise<Executed> {
    const { stream, decider } = commandTable[given.type] as CommandHandler;
    const { recorded, by, role, commandId } = given;
    return this.decisions.run(decider, stream(given.data), given, {
      recorded,
      by,
      role,
      ...(commandId ? { commandId } : {}),
    }) as Promise<{ events: readonly DomainEvent[]; position: bigint }>;
  }
  async health() {
    return { position: Number(await this.store.head()) };
  }
}

let database: Database;
let home: string;
let api: Awaited<ReturnType<typeof createApi>>;
let idempotency: Idempotency;
let token: string;

beforeAll(async () => {
  database = await freshDatabase();
  home = mkdtempSync(path.join(tmpdir(), 'everycent-api-'));
  idempotency = new Idempotency(database.pool);
  api = await createApi({
    company: new Fake(new PostgresEventStore(database.pool)),
    idempotency,
    tokens: new Tokens(await developmentIssuer(home)),
    log: pino({ level: 'silent' }),
  });
  token = await developmentToken(home, { user: 'admin', role: 'comp-admin' });
});

afterAll(async () => {
  await api?.close();
  await idempotency?.close();
  await database?.close();
  rmSync(home, { recursive: true, force: true });
});

const deal = { id: 'd1', account: 'acme', bookedOn: '2026-02-10', amount: '1000', currency: 'USD' };
const post = (where: string, body: object | string, key = String(Math.random())) =>
  request(api.getHttpServer())
    .post(where)
    .set('Authorization', `Bearer ${token}`)
    .set('Idempotency-Key', key)
    .send(body);

describe('the API', () => {
  it('books a deal and says at which position', async () => {
    const answer = await post('/v1/deals', deal, 'k1');
    expect([answer.status, answer.body]).toEqual([
      201,
      { id: 'd1', position: 1, events: ['DealBooked'] },
    ]);
    const again = await post('/v1/deals', deal, 'k1');
    expect([again.status, again.body, again.headers['idempotent-replayed']]).toEqual([
      201,
      answer.body,
      'true',
    ]);
    const other = await post('/v1/deals', { ...deal, amount: '2' }, 'k1');
    expect([other.status, other.body.code]).toEqual([422, 'IdempotencyKeyReused']);
    const sameContent = await post('/v1/deals', deal, 'k2');
    expect([sameContent.status, sameContent.body]).toEqual([
      200,
      { id: 'd1', position: 1, events: [] },
    ]);
    const differently = await post('/v1/deals', { ...deal, amount: '2' }, 'k3');
    expect([differently.status, differently.body.code]).toEqual([409, 'DealBookedDifferently']);
  });
  it.each([
    ['{', 400],
    ['[]', 422],
    ['{"amount": 1}', 422],
    ['['.repeat(100) + ']'.repeat(100), 413],
    [`"${'x'.repeat(1100000)}"`, 413],
  ])('refuses', async (body, status) => {
    const answer = await post('/v1/deals', '').set('Content-Type', 'application/json').send(body);
    expect([answer.status, answer.body.status, answer.headers['content-type']]).toEqual([
      status,
      status,
      'application/problem+json; charset=utf-8',
    ]);
    console.log(JSON.stringify(answer.body));
  });
  it('404', async () => {
    const answer = await request(api.getHttpServer()).get('/nowhere/%zz');
    console.log(answer.status, JSON.stringify(answer.body));
    const answer2 = await request(api.getHttpServer()).get('/nowhere');
    console.log(answer2.status, JSON.stringify(answer2.body));
    const health = await request(api.getHttpServer()).get('/healthz');
    console.log(health.status, JSON.stringify(health.body));
  });
});
