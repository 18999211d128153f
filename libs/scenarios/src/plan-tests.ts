import {
  refuse,
  type CalendarDefinition,
  type Command,
  type DomainEvent,
  type Known,
} from '#kernel';
import type { PublishPlan } from '#plans';
import { decideCommand as decideByRule } from './commands.js';
import { runSteps, type Failure, type Outcome, type RunOptions } from './run-scenario.js';
import { readSteps, type Scenario, type Step } from './scenario.js';
import { World } from './world.js';
import { MalformedFile } from './yaml.js';

const textOf = ({ step, path, expected, actual, explanation }: Failure): string => {
  const head = `Test step ${step}, ${path}: expected ${expected}, actual ${actual}`;
  return explanation === undefined ? head : `${head}\n${explanation.replace(/^/gm, '  ')}`;
};

const testsOf = ({ tests }: PublishPlan): readonly Step[] => {
  try {
    return readSteps(tests ?? []);
  } catch (error) {
    if (!(error instanceof MalformedFile)) throw error;
    const messages = error.faults.map(({ message }) => message);
    return refuse('Malformed', `The tests of the plan: ${messages.join('; ')}`);
  }
};

/**
 * Runs the tests that a plan carries: in a company of its own with the same calendar, unless they
 * begin with another, in which the plan has just been published. Refuses the plan if one fails.
 */
const refuseFailing = (
  plan: PublishPlan,
  calendar: CalendarDefinition,
  by: Pick<Command, 'by'>,
): void => {
  const steps = testsOf(plan);
  const [first, ...rest] = steps;
  if (!first) return;
  const hasOwn = first.kind === 'command' && first.type === 'define-calendar';
  const world = new World(decideCommand);
  const { tests: _tests, ...published } = plan;
  world.execute({ kind: 'command', type: 'define-calendar', data: hasOwn ? first.data : calendar });
  world.execute({ kind: 'command', type: 'publish-plan', data: published, by: by.by });
  const { failures } = runSteps(world, hasOwn ? rest : steps);
  if (failures.length === 0) return;
  refuse('PlanTestFailed', failures.map(textOf).join('\n'), {
    failures: failures.map(({ step, path, expected, actual }) => ({
      step,
      path,
      expected,
      actual,
    })),
  });
};

/**
 * Decides on any command, given the state of its stream and what else is known, and runs the tests
 * that a plan carries: the events to record, none where it says again what is known. Throws a
 * `Refusal`. What is recorded because of it (`causedBy`) is decided on by itself.
 */
export const decideCommand = (
  command: Command,
  state: unknown,
  known: Known,
): readonly DomainEvent[] => {
  const events = decideByRule(command, state, known);
  if (events.length > 0 && command.type === 'publish-plan') {
    refuseFailing(command.data as PublishPlan, known.facts.calendar.definition, command);
  }
  return events;
};

/** Runs a scenario in memory: the same rules and the same calculation that serve everybody. */
export const runScenario = ({ scenario, steps }: Scenario, options: RunOptions = {}): Outcome => ({
  scenario,
  ...runSteps(new World(decideCommand), steps, options),
});
