import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { isObject, kinds, refuse as refuseRule } from '#kernel';
import { importFiles, planSteps, type Item, type Planned, type RefusedRow } from '#imports';
import { OpenCompany } from '../../worker/src/company.js';
import type { Caller } from './caller.js';
import { CalledBy, Exchanged, type Exchange } from './exchange.js';
import { Jobs, type Job } from './jobs.js';
import { readPath, readQuery } from './parameters.js';
import { HttpRefusal } from './problem.js';
import { Queried } from './queried.js';
import { importable } from './routes.js';

/** The largest import, in bytes. */
const IMPORT_BYTES = 256 * 1024 * 1024;
const REFUSED_SHOWN = 200;

const QUERY = { mode: kinds.oneOf(['each', 'atomic', 'dry-run']) };

const faultOf = (
  item: Item,
  { user, role, key }: Caller,
  allowed: ReadonlySet<string>,
): string | undefined => {
  if (item.faults || !isObject(item.step)) return undefined;
  const { by, recorded: _, ...commands } = item.step;
  if (by !== undefined && by !== user)
    return `by: over HTTP a step is said by who sends it, ${user}`;
  const barred = Object.keys(commands).find((command) => !allowed.has(command));
  if (barred === undefined) return undefined;
  return key
    ? `${barred}: the key ${key.id} does not import this; it is for: ${key.scopes.join(', ')}`
    : `${barred}: the role ${role} does not import this; it has a route of its own`;
};

// What a login may not say in a request of its own it may not say in a file either.
const within = (plan: Planned, caller: Caller): Planned => ({
  ...plan,
  open: async (onBytes) => {
    const allowed = importable(caller);
    const source = await plan.open(onBytes);
    async function* pages(): AsyncGenerator<readonly Item[]> {
      for await (const page of source.pages) {
        yield page.map((item) => {
          const message = faultOf(item, caller, allowed);
          return message === undefined
            ? item
            : { ...item, faults: [{ code: 'Malformed', message }] };
        });
      }
    }
    return { ...source, pages: pages() };
  },
});

const limited = (): Transform => {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes <= IMPORT_BYTES) done(null, chunk);
      else {
        const message = `An import is larger than ${IMPORT_BYTES} bytes: send it in parts.`;
        done(new HttpRefusal('TooLarge', message, undefined, { limit: IMPORT_BYTES }));
      }
    },
  });
};

/** Facts in bulk: NDJSON, one step a line, as the command line imports them. */
@ApiTags('imports')
@Controller('v1/imports')
export class ImportsController {
  constructor(
    private readonly company: OpenCompany,
    private readonly jobs: Jobs,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    summary:
      'Imports steps, one JSON object a line; answers with a job. The same file again records nothing.',
  })
  @ApiBody({ schema: { type: 'string' }, required: true })
  @Queried(QUERY)
  async import(@Exchanged() { request, response }: Exchange): Promise<Job> {
    const { mode = 'each' } = readQuery(QUERY, request.query);
    if (!request.is('application/x-ndjson')) {
      throw new HttpRefusal(
        'UnsupportedMediaType',
        'Send the steps as Content-Type: application/x-ndjson.',
      );
    }
    const caller = request.caller as Caller;
    const folder = await mkdtemp(path.join(tmpdir(), 'everycent-import-'));
    const file = path.join(folder, 'steps.ndjson');
    const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
    try {
      await pipeline(request, limited(), createWriteStream(file));
      const job = this.start(file, mode as 'each' | 'atomic' | 'dry-run', caller, remove);
      response.setHeader('Location', `/v1/imports/${job.id}`);
      return job;
    } catch (error) {
      await remove();
      throw error;
    }
  }

  @Get(':import')
  @ApiOperation({
    summary: 'How far an import is, its control totals, and the rows that were refused.',
  })
  show(@Exchanged() { request }: Exchange, @CalledBy() caller: Caller): Job {
    const { import: id } = readPath(request.params) as { import: string };
    return this.jobs.show('import', id, caller);
  }

  @Post(':import/cancel')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Stops an import; what it has recorded stays, and the same file again goes on from there.',
  })
  cancel(@Exchanged() { request }: Exchange, @CalledBy() caller: Caller): Job {
    const { import: id } = readPath(request.params) as { import: string };
    return this.jobs.cancel('import', id, caller);
  }

  private start(
    file: string,
    mode: 'each' | 'atomic' | 'dry-run',
    caller: Caller,
    remove: () => Promise<void>,
  ): Job {
    const [plan] = planSteps([file]) as [Planned];
    return this.jobs.start('import', caller, async ({ signal, progress }) => {
      const refused: object[] = [];
      try {
        const { totals, isRecorded } = await importFiles([within(plan, caller)], {
          store: this.company.store,
          // Commitments have routes of their own, with checks of their own.
          execute: () =>
            refuseRule('PayoutStateForbids', 'Commitments are not imported over HTTP.'),
          now: new Date().toISOString(),
          by: caller.user,
          as: {
            role: caller.role,
            ...(caller.payee !== undefined && { payee: caller.payee }),
            ...(caller.key && { key: caller.key.id }),
          },
          mode,
          refused: ({ line, errors }: RefusedRow) =>
            void (refused.length < REFUSED_SHOWN && refused.push({ line, errors })),
          progress: ({ rows, bytes }) => {
            signal.throwIfAborted();
            progress({ rows, bytes, bytesInAll: plan.bytes });
          },
        });
        const { file: _file, ...control } = totals[0] ?? { file: '' };
        return { ...control, isRecorded, refusedRows: refused };
      } finally {
        await remove();
      }
    });
  }
}
