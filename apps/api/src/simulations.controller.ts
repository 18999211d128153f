import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { isObject, kinds, type Fault } from '#kernel';
import { readStep } from '#imports';
import { refuseMalformed } from '#scenarios';
import { OpenCompany } from '../../worker/src/company.js';
import { Simulation, type SimulatedStep } from '../../worker/src/simulation.js';
import type { Caller } from './caller.js';
import { differenceView, summaryView } from './difference-view.js';
import { CalledBy, Exchanged, type Exchange } from './exchange.js';
import { Jobs, type Job } from './jobs.js';
import { readPath } from './parameters.js';
import { Reader } from './reader.js';

const STEPS_AT_MOST = 10_000;

const BODY = {
  type: 'object',
  properties: {
    steps: {
      type: 'array',
      minItems: 0,
      maxItems: STEPS_AT_MOST,
      items: { type: 'object', minProperties: 1 },
    },
    from: kinds.period.schema,
    to: kinds.period.schema,
  },
  required: ['steps'],
  additionalProperties: false,
} as object;

interface Asked {
  readonly steps: readonly SimulatedStep[];
  readonly from?: string;
  readonly to?: string;
}

const stepsIn = (steps: unknown, faults: Fault[]): SimulatedStep[] => {
  if (!Array.isArray(steps) || steps.length > STEPS_AT_MOST) {
    faults.push({
      path: 'steps',
      code: 'invalid',
      message: `expected a list of at most ${STEPS_AT_MOST} steps`,
    });
    return [];
  }
  return steps.flatMap((plain: unknown, i): SimulatedStep[] => {
    const step = readStep(plain);
    if ('type' in step) return [{ type: step.type, data: step.data, source: `steps[${i}]` }];
    for (const { message } of step) faults.push({ path: `steps[${i}]`, code: 'invalid', message });
    return [];
  });
};

const readAsked = (body: unknown): Asked => {
  const faults: Fault[] = [];
  const { steps, from, to, ...others } = isObject(body) ? body : {};
  for (const name of Object.keys(others)) {
    faults.push({
      path: name,
      code: 'unknown-field',
      message: 'there is no such field; valid: steps, from, to',
    });
  }
  const read = stepsIn(steps, faults);
  const periods: Record<string, string> = {};
  for (const [path, value] of Object.entries({ from, to })) {
    if (value === undefined) continue;
    if (kinds.period.read(value) === undefined)
      faults.push({ path, code: 'invalid', message: `expected ${kinds.period.valid}` });
    periods[path] = String(value);
  }
  if (faults.length > 0) refuseMalformed('simulation', faults);
  return { steps: read, ...periods };
};

/** What if: steps are added to the real facts, in memory. */
@ApiTags('simulations')
@Controller('v1/simulations')
export class SimulationsController {
  constructor(
    private readonly company: OpenCompany,
    private readonly reader: Reader,
    private readonly jobs: Jobs,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    summary:
      'Who would gain and who lose by what, were these steps recorded; answers with a job, records nothing.',
  })
  @ApiBody({ schema: BODY, required: true })
  async simulate(
    @Exchanged() { request, response }: Exchange,
    @CalledBy() caller: Caller,
  ): Promise<Job> {
    const { steps, from, to } = readAsked(request.body);
    const seen = await this.reader.view({});
    const periods = [from, to].map((name) =>
      name === undefined ? undefined : this.reader.periodOf(seen, name),
    );
    const months = { first: periods[0]?.first ?? -Infinity, last: periods[1]?.last ?? Infinity };
    const job = this.jobs.start('simulation', caller, async ({ signal, progress }) => {
      const simulation = await Simulation.open(this.company);
      for (const [i, step] of steps.entries()) {
        signal.throwIfAborted();
        await simulation.add(step);
        progress({ steps: i + 1, stepsInAll: steps.length });
      }
      const { differences, summary } = await simulation.outcome(months);
      return { differences: differences.map(differenceView), summary: summaryView(summary) };
    });
    response.setHeader('Location', `/v1/simulations/${job.id}`);
    return job;
  }

  @Get(':simulation')
  @ApiOperation({ summary: 'How far a simulation is, and its differences by payee and component.' })
  show(@Exchanged() { request }: Exchange, @CalledBy() caller: Caller): Job {
    const { simulation } = readPath(request.params) as { simulation: string };
    return this.jobs.show('simulation', simulation, caller);
  }

  @Post(':simulation/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Stops a simulation.' })
  cancel(@Exchanged() { request }: Exchange, @CalledBy() caller: Caller): Job {
    const { simulation } = readPath(request.params) as { simulation: string };
    return this.jobs.cancel('simulation', simulation, caller);
  }
}
