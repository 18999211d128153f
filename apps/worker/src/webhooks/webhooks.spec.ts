import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Followers } from '#event-store';
import { freshDatabase, ONE_REP, ownDeal } from '#testing';
import { OpenCompany } from '../company.js';
import { NoticesFollower } from './notices.follower.js';
import { Sender } from './sender.js';
import { sign } from './signature.js';
import { WebhookRows, type Endpoint } from './webhooks.postgres.js';

interface Received {
  readonly id: string;
  readonly signed: boolean;
  readonly signatures: readonly string[];
  readonly at: number;
  readonly text: string;
  readonly body: {
    readonly type: string;
    readonly timestamp: string;
    readonly data: Readonly<Record<string, unknown>>;
  };
}

let company: OpenCompany;
let rows: WebhookRows;
let server: Server;
let received: Received[];
let secret: string;
let status: number;

const say = (type: string, data: object, by = 'admin') => company.execute({ type, data, by });

beforeEach(async () => {
  company = new OpenCompany(await freshDatabase());
  rows = new WebhookRows(company.database.pool);
  received = [];
  status = 204;
  server = createServer((request, answer) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const [id, at, signature] = ['id', 'timestamp', 'signature'].map((name) =>
        String(request.headers[`webhook-${name}`]),
      ) as [string, string, string];
      received.push({
        id,
        signed: signature === sign(secret, id, Number(at), body),
        signatures: signature.split(' '),
        at: Number(at),
        text: body,
        body: JSON.parse(body) as Received['body'],
      });
      answer.writeHead(status, status === 302 ? { location: 'http://127.0.0.1:1/' } : {}).end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  for (const [type, data] of ONE_REP) await say(type, data);
  await say('book-deal', ownDeal('d1', '1000'));
});
afterEach(async () => {
  server.close();
  await company.close();
});

const endpoint = async (...types: string[]): Promise<Endpoint> => {
  const { port } = server.address() as AddressInfo;
  const made = await rows.add({
    url: `http://127.0.0.1:${port}/hooks`,
    types,
    by: 'dana',
    since: await company.store.head(),
  });
  secret = made?.secret ?? '';
  return made as Endpoint;
};

const follow = (): Promise<bigint> =>
  new Followers(company.store, company.database.pool, [
    new NoticesFollower(company.store, rows),
  ]).catchUp();
const send = (): Promise<number> =>
  new Sender(rows, { isAllowed: () => true, plain: true }).sendDue();
const dispute = (id: string) =>
  say('open-dispute', { id, payee: 'ana', about: { deal: 'd1' }, claim: 'Secret words' }, 'ana');
const soon = () =>
  company.database.pool.query(
    'update webhook_delivery set next_at = now() where next_at is not null',
  );

describe('receivers', () => {
  it('are told what happens, signed, once, and without the words of people', async () => {
    await dispute('before');
    await endpoint();
    await dispute('q1');
    await say('issue-statement', { payee: 'ana', period: 'FY2026-M01' });
    await follow();
    await follow();
    expect(await send()).toBe(2);
    expect(await send()).toBe(0);
    expect(received.map(({ body, signed }) => [body.type, signed]).sort()).toEqual([
      ['dispute.opened', true],
      ['statement.issued', true],
    ]);
    const [opened] = received.filter(({ body }) => body.type === 'dispute.opened');
    expect(opened?.body.data).toEqual({
      dispute: 'q1',
      status: 'open',
      position: expect.any(Number),
    });
    expect(JSON.stringify(received)).not.toContain('Secret');
  });

  it('are told of an approval when it is the last one that is needed', async () => {
    await say('set-policy', { approvals: [{ above: '0', approvers: 2 }] });
    await endpoint('payout.approved', 'payout.paid');
    await say('draft-payout', { id: 'jan', through: 'FY2026-M01' }, 'dora');
    await say('submit-payout', { payout: 'jan' }, 'dora');
    await say('approve-payout', { payout: 'jan' }, 'eva');
    await follow();
    expect(await send()).toBe(0);
    await say('approve-payout', { payout: 'jan' }, 'zoe');
    await follow();
    await send();
    expect(received.map(({ body }) => body.data)).toEqual([
      { payout: 'jan', status: 'approved', position: expect.any(Number) },
    ]);
  });

  it('hear again what they did not take, later and later, under the same id, until it is given up', async () => {
    const { id } = await endpoint('dispute.opened');
    status = 500;
    await dispute('q1');
    await follow();
    await send();
    expect(await send()).toBe(0);
    const [first] = await rows.deliveries(id);
    expect(first).toMatchObject({ status: 'waiting', attempts: 1, answer: 'status 500' });
    for (let attempt = 2; attempt <= 10; attempt += 1) {
      await soon();
      expect(await send()).toBe(1);
    }
    expect((await rows.deliveries(id))[0]).toMatchObject({ status: 'given-up', attempts: 10 });
    expect(new Set(received.map((one) => one.id)).size).toBe(1);
    status = 200;
    expect(await rows.redeliver(id, first?.id ?? '')).toBe(true);
    await send();
    expect((await rows.deliveries(id))[0]).toMatchObject({ status: 'delivered', attempts: 1 });
  });

  it('know a message by the secret before it too, for a day after it was replaced', async () => {
    const { id } = await endpoint('dispute.opened');
    const former = secret;
    const rotated = await rows.rotate(id);
    expect(rotated?.secret).not.toBe(former);
    expect(Date.parse(rotated?.formerUntil ?? '') - Date.now()).toBeGreaterThan(86_000_000);
    const signedBy = (of: string): number =>
      received
        .at(-1)
        ?.signatures.indexOf(
          sign(
            of,
            received.at(-1)?.id ?? '',
            received.at(-1)?.at ?? 0,
            received.at(-1)?.text ?? '',
          ),
        ) as number;
    await dispute('q1');
    await follow();
    await send();
    expect([rotated?.secret ?? '', former].map(signedBy)).toEqual([0, 1]);
    await company.database.pool.query('update webhook_endpoint set former_until = now()');
    await dispute('q2');
    await follow();
    await send();
    expect([rotated?.secret ?? '', former].map(signedBy)).toEqual([0, -1]);
    expect(JSON.stringify(await rows.list())).not.toContain('whsec_');
    await rows.disable(id, 'enough');
    expect(await rows.rotate(id)).toBeUndefined();
  });

  it('are followed nowhere else, and left alone once they say that they are gone', async () => {
    const { id } = await endpoint('dispute.opened');
    status = 302;
    await dispute('q1');
    await follow();
    await send();
    expect((await rows.deliveries(id))[0]).toMatchObject({
      status: 'waiting',
      answer: 'status 302',
    });
    status = 410;
    await soon();
    await send();
    expect((await rows.list())[0]?.disabled).toMatchObject({
      why: 'It answered that it is gone (410).',
    });
    await dispute('q2');
    await follow();
    expect(await rows.deliveries(id)).toHaveLength(1);
    expect(await rows.redeliver(id, 'none')).toBe(false);
  });

  it('that cannot be reached hear it later; who took a message and died leaves it to others', async () => {
    const { id } = await endpoint('dispute.opened');
    await dispute('q1');
    await follow();
    expect(await rows.take(5)).toHaveLength(1);
    expect(await rows.take(5)).toHaveLength(0);
    await soon();
    server.close();
    server.closeAllConnections();
    await send();
    expect((await rows.deliveries(id))[0]).toMatchObject({
      status: 'waiting',
      attempts: 2,
      answer: expect.stringContaining('ECONNREFUSED'),
    });
  });
});
