import { Refusal } from '#kernel';
import { mismatchesOf, type Mismatch } from './expect.js';
import type { RejectStep, Step } from './scenario.js';
import type { World } from './world.js';

/** Something of a scenario that is not as it says: in which step, and what is so instead. */
export interface Failure {
  /** The number of the step, from 1. */
  readonly step: number;
  readonly line: number;
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
  /** Why the actual value is what it is, in words. */
  readonly explanation?: string;
}

/** What came of a scenario: it passed if nothing failed. */
export interface Outcome {
  readonly scenario: string;
  readonly failures: readonly Failure[];
  /** How many expect and reject steps were checked. */
  readonly checks: number;
}

/** Whether failures are explained; it takes a calculation of its own for each. */
export interface RunOptions {
  readonly explain?: boolean;
}

const failureOf = (step: Step, mismatch: Mismatch, options: RunOptions): Failure => {
  const { path, expected, actual } = mismatch;
  const explanation = options.explain === false ? undefined : mismatch.explain?.();
  const { line } = step.placeOf(path);
  const found = { step: step.number, line, path, expected, actual };
  return explanation === undefined ? found : { ...found, explanation };
};

const refusalOf = (
  world: World,
  { step }: RejectStep,
): { code: string; message: string } | undefined => {
  if (step.kind === 'malformed') return step;
  try {
    world.execute(step);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
};

const checkRejected = (world: World, step: RejectStep): Mismatch[] => {
  const refusal = refusalOf(world, step);
  const expected = step.code ?? 'a refusal';
  if (!refusal) return [{ path: 'step', expected, actual: 'accepted' }];
  if (step.code === undefined || refusal.code === step.code) return [];
  return [{ path: 'code', expected, actual: refusal.code, explain: () => refusal.message }];
};

const take = (world: World, step: Step): readonly Mismatch[] => {
  switch (step.kind) {
    case 'command':
      world.execute(step);
      return [];
    case 'expect':
      if (step.recorded !== undefined) world.passTo(step.recorded);
      return mismatchesOf(step.expected, world.view(step.expected.asOf));
    case 'reject':
      return checkRejected(world, step);
  }
};

/** Takes steps one after the other, and tells what failed. */
export const runSteps = (
  world: World,
  steps: readonly Step[],
  options: RunOptions = {},
): Pick<Outcome, 'failures' | 'checks'> => {
  const failures: Failure[] = [];
  let checks = 0;
  for (const step of steps) {
    if (step.kind !== 'command') checks += 1;
    try {
      failures.push(...take(world, step).map((item) => failureOf(step, item, options)));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, message } = error;
      const path = step.kind === 'command' ? step.type : step.kind;
      const refused = { path, expected: 'accepted', actual: code, explain: () => message };
      failures.push(failureOf(step, refused, options));
      // What follows was written for a world in which this step was taken.
      break;
    }
  }
  return { failures, checks };
};
