const SIZES = ['test', 'short', 'full'] as const;
const size = SIZES.find((name) => name === (process.env['EVERYCENT_CHAOS'] ?? 'test')) ?? 'test';

/** How often something is done: in `npm test`, in `npm run chaos`, and in `npm run chaos -- --size full`. */
export const figure = (test: number, short: number, full: number): number =>
  ({ test, short, full })[size];

/** Whether the machine is ours alone: how long something takes is claimed only then, not beside other tests. */
export const ALONE = size !== 'test';

/** Every run names its seed in the names of its tests; EVERYCENT_SEED runs that one again. */
export const SEED = Number(process.env['EVERYCENT_SEED'] ?? 20260101);

/** Whole numbers below a bound, the same again for the same seed. */
export const randomly = (seed = SEED): ((below: number) => number) => {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
};

/** Says now and then how far a long run has come, so that one that is stopped has a figure too. */
export const reachSoFar = (done: number, of: number, what: string): void => {
  if (done % 5 === 0 && done < of) reach(`${done} of ${of} ${what} so far`);
};

/** Says what figure was reached, where it is more than that of `npm test`. */
export const reach = (text: string): void => {
  if (ALONE) process.stderr.write(`      ${text}\n`);
};
