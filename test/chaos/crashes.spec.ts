import { setTimeout as sleep } from 'node:timers/promises';
import { ALONE, figure, randomly, reach, reachSoFar, SEED } from './figures.js';
import { RealService } from './service.js';
import { Writers } from './writers.js';

const KILLS = figure(1, 20, 200);
const CRASHES = figure(1, 10, 50);
const BACK_MS = ALONE ? 10_000 : 60_000;
const SOUND = { lost: [], doubled: [], differing: [], surprises: [] };

let service: RealService;
let writers: Writers;
beforeAll(async () => {
  service = await RealService.start();
  writers = await Writers.at(service);
});
afterAll(() => service?.close());

const inSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

describe('the service', () => {
  it(`is killed at random moments of bookings, calculation and payouts, and nothing is lost or doubled (${KILLS} kills, seed ${SEED})`, async () => {
    const random = randomly();
    writers.start(4);
    let slowest = 0;
    for (let kill = 1; kill <= KILLS; kill += 1) {
      await sleep(random(600));
      // Now and then the database goes with it.
      if (random(5) === 0) service.crashDatabase('SIGKILL');
      await service.kill();
      slowest = Math.max(slowest, await service.start());
      reachSoFar(kill, KILLS, 'kills');
    }
    await sleep(300);
    await writers.stop();
    const { acknowledged, ...audit } = await writers.audit();
    expect(audit).toEqual(SOUND);
    reach(
      `${KILLS} kills, ${acknowledged} acknowledged: 0 lost, 0 doubled, ready again within ${inSeconds(slowest)}`,
    );
  }, 3_600_000);

  it(`is back without help when the database crashes under 8 writers, and has lost nothing (${CRASHES} crashes, seed ${SEED})`, async () => {
    const random = randomly();
    writers.start(8, { payouts: false });
    let slowest = 0;
    for (let crash = 1; crash <= CRASHES; crash += 1) {
      await sleep(200 + random(400));
      const began = performance.now();
      // On a busy machine it may not be back from the last crash yet.
      while (!service.crashDatabase()) await sleep(20);
      // What was answered just before the crash does not count.
      while (writers.lastSuccess < began + 50 && performance.now() - began < 4 * BACK_MS)
        await sleep(10);
      slowest = Math.max(slowest, writers.lastSuccess - began);
      reachSoFar(crash, CRASHES, `crashes, back within ${inSeconds(slowest)}`);
    }
    await writers.stop();
    const { acknowledged, ...audit } = await writers.audit();
    expect(audit).toEqual(SOUND);
    expect(writers.refusals.without).toBe(0);
    expect(slowest).toBeLessThan(BACK_MS);
    reach(
      `${CRASHES} crashes, ${acknowledged} acknowledged: 0 lost, ${writers.refusals.withRetryAfter} times 503 with Retry-After, back within ${inSeconds(slowest)}`,
    );
  }, 3_600_000);
});
