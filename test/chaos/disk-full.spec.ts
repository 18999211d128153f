import { chownSync, mkdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { openDatabase, readConfiguration } from '#event-store';
import { figure, reach, SEED } from './figures.js';
import { RealService } from './service.js';
import { Writers } from './writers.js';

const MEGABYTES = 64;
/** What is left for the log when the writers begin. */
const LEFT_KB = figure(512, 1024, 2048);
const WHILE_FULL = figure(20, 100, 300);
const CHUNK = 64 * 1024;

let service: RealService;
let writers: Writers;
beforeAll(async () => {
  service = await RealService.start(MEGABYTES);
  writers = await Writers.at(service);
});
afterAll(() => service?.close());

const asOwner = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const database = await openDatabase(readConfiguration({ EVERYCENT_HOME: service.home }));
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
    await database.close();
  }
};

// The event log moves to the small disk, with its indexes.
const moveLog = (): Promise<void> =>
  asOwner(async (client) => {
    const folder = path.join(service.diskOutside, 'log');
    mkdirSync(folder, { mode: 0o700 });
    // As root the server runs as somebody else.
    const { uid, gid } = statSync(path.join(service.home, 'pgdata'));
    chownSync(folder, uid, gid);
    await client.query(
      `create tablespace small location '${path.join(service.diskInside, 'log')}'`,
    );
    await client.query('alter table event set tablespace small');
    for (const index of ['event_position', 'event_stream_revision', 'event_category'])
      await client.query(`alter index ${index} set tablespace small`);
  });

const ballast = (): string => path.join(service.diskOutside, 'ballast');

// Fills the disk but for so much.
const fill = (): void => {
  const { bavail, bsize } = statfsSync(service.diskOutside);
  writeFileSync(ballast(), Buffer.alloc(Math.max(CHUNK, bavail * bsize - LEFT_KB * 1024)));
};

describe('a disk that is full', () => {
  it(`stops everybody cleanly, loses nothing, and all goes on once there is room (seed ${SEED})`, async () => {
    await moveLog();
    fill();
    writers.start(8, { payouts: false });
    const full = await writers.untilRefused(WHILE_FULL);
    const reading = await service.send(
      await service.token({ user: 'dana', role: 'comp-admin' }),
      'GET',
      '/v1/deals?limit=1',
    );
    expect(reading?.status).toBe(200);
    // Not one of those who try while it is full is told that he was heard.
    expect(full).toEqual({ refused: WHILE_FULL, accepted: 0 });
    rmSync(ballast());
    const again = await writers.untilAccepted(50);
    await writers.stop();
    const { acknowledged, ...audit } = await writers.audit();
    expect(audit).toEqual({ lost: [], doubled: [], differing: [], surprises: [] });
    expect(writers.refusals.without).toBe(0);
    reach(
      `a disk of ${MEGABYTES} MB, full: ${WHILE_FULL} refused, none accepted; ${acknowledged} acknowledged, 0 lost; back within ${(again / 1000).toFixed(1)} s`,
    );
  }, 3_600_000);
});
