import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { openDatabase, type Database } from '#event-store';
import { freshDatabase, ownDeal } from '#testing';
import { TriedApi, type Login } from '../api/harness.js';
import { figure, reach } from './figures.js';

const CUTS = figure(10, 100, 500);

/** Stands between the service and its database, and can cut a connection between a commit and its answer. */
class Cutter {
  readonly url: string;
  /** How many answers to appends it will swallow. */
  armed = 0;
  cuts = 0;

  private constructor(
    private readonly server: Server,
    url: string,
  ) {
    const proxied = new URL(url);
    proxied.hostname = '127.0.0.1';
    proxied.port = String((server.address() as AddressInfo).port);
    this.url = proxied.href;
  }

  static async before(url: string): Promise<Cutter> {
    const { hostname, port } = new URL(url);
    const server = createServer((client) => {
      const database = connect(Number(port), hostname);
      let doomed = false;
      client.on('data', (bytes: Buffer) => {
        // The statement that records and commits; its answer comes when that is done.
        if (cutter.armed > 0 && !doomed && bytes.includes('append_events')) {
          doomed = true;
          cutter.armed -= 1;
        }
        database.write(bytes);
      });
      database.on('data', (bytes: Buffer) => {
        if (!doomed) return void client.write(bytes);
        cutter.cuts += 1;
        client.destroy();
        database.destroy();
      });
      for (const [one, other] of [
        [client, database],
        [database, client],
      ] as const) {
        one.on('error', () => other.destroy());
        one.on('close', () => other.destroy());
      }
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const cutter = new Cutter(server, url);
    return cutter;
  }

  close(): void {
    this.server.close();
  }
}

let direct: Database;
let cutter: Cutter;
let api: TriedApi;
let admin: Login;
beforeAll(async () => {
  direct = await freshDatabase();
  cutter = await Cutter.before(direct.url);
  api = await TriedApi.start(await openDatabase({ home: '', databaseUrl: cutter.url }));
  admin = await api.login({ user: 'dana', role: 'comp-admin' });
  await admin.post('/v1/calendar', { start: '2026-01-01' }).expect(201);
  await admin
    .post('/v1/payees', { id: 'ana', name: 'Ana', hiredOn: '2025-01-01', currency: 'USD' })
    .expect(201);
});
afterAll(async () => {
  await api.close();
  cutter.close();
  await direct.close();
});

const book = (id: string) => admin.post('/v1/deals', ownDeal(id, '10'), `book-${id}`);

describe('a connection that is cut after the commit, before its answer', () => {
  it(`leaves one effect when the request is sent again with its key, ${CUTS} times`, async () => {
    for (let n = 1; n <= CUTS; n += 1) {
      cutter.armed = 1;
      const cut = await book(`d${n}`);
      expect([cut.status, cut.headers['retry-after']]).toEqual([503, '1']);
      const again = await book(`d${n}`);
      expect([again.status, again.body.events]).toEqual([201, ['DealBooked']]);
      const replayed = await book(`d${n}`);
      expect(replayed.body).toEqual(again.body);
    }
    const { rows } = await direct.pool.query<{ stream: string; n: number }>(
      `select stream, count(*)::int as n from event where stream like 'deal-%' group by stream`,
    );
    expect(rows.filter(({ n }) => n !== 1)).toEqual([]);
    expect([rows.length, cutter.cuts]).toEqual([CUTS, CUTS]);
    reach(`${CUTS} connections cut after the commit: ${rows.length} deals, each once`);
  }, 3_600_000);
});
