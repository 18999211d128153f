import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { proofOf, storedHeads, verifyLog, type Sealer } from '#audit';
import { OpenCompany } from '../../worker/src/company.js';
import type { Caller } from './caller.js';
import { CalledBy, Exchanged, type Exchange } from './exchange.js';
import { Jobs, type Job } from './jobs.js';
import { pageOf } from './page.js';
import { cursor, limit, readPath, readQuery } from './parameters.js';
import { HttpRefusal } from './problem.js';
import { Queried } from './queried.js';
import { Reader } from './reader.js';

const LIST_QUERY = { limit, cursor };

/** Whether what is recorded is what was recorded. */
@ApiTags('audit')
@Controller('v1/audit')
export class AuditController {
  constructor(
    private readonly company: OpenCompany,
    private readonly reader: Reader,
    private readonly jobs: Jobs,
  ) {}

  @Get('heads')
  @ApiOperation({ summary: 'The signed heads of the tree over the log: keep them elsewhere.' })
  @Queried(LIST_QUERY)
  async heads(@Exchanged() { request }: Exchange): Promise<object> {
    const query = readQuery(LIST_QUERY, request.query);
    const heads = await storedHeads(this.company.database.pool);
    const keyed = heads.map((value) => ({ keys: [String(value.size).padStart(20, '0')], value }));
    return pageOf(
      keyed.map(({ keys, value }) => ({ keys, value: { ...value, size: Number(value.size) } })),
      query,
    );
  }

  @Get('proofs/:payout/:payee')
  @ApiOperation({
    summary: 'A proof that a payee’s line of a payout is in the log, to be checked offline.',
  })
  async proof(@Exchanged() { request }: Exchange): Promise<object> {
    const { payout, payee } = readPath(request.params) as { payout: string; payee: string };
    await this.reader.requireVisible(request, payee, 'payee', payee);
    const sealer = this.sealer();
    await sealer.seal();
    return proofOf(this.company.store, this.company.database.pool, sealer.publicPem, {
      payout,
      payee,
    });
  }

  @Post('verifications')
  @HttpCode(202)
  @ApiOperation({
    summary:
      'Recomputes every leaf, head and signature; answers with a job that names the first position that differs.',
  })
  verify(@Exchanged() { response }: Exchange, @CalledBy() caller: Caller): Job {
    const sealer = this.sealer();
    const job = this.jobs.start('verification', caller, async ({ signal, progress }) => {
      const { difference, events, covered, heads } = await verifyLog({
        store: this.company.store,
        pool: this.company.database.pool,
        outside: sealer.folder.all(),
        keys: sealer.keys,
        progress: (done: bigint) => {
          signal.throwIfAborted();
          progress({ events: Number(done) });
        },
      });
      return {
        verified: difference === undefined,
        events: Number(events),
        covered: Number(covered),
        heads,
        ...(difference && { position: Number(difference.position), says: difference.says }),
      };
    });
    response.setHeader('Location', `/v1/audit/verifications/${job.id}`);
    return job;
  }

  @Get('verifications/:verification')
  @ApiOperation({ summary: 'How far a verification is, and what it found.' })
  verification(@Exchanged() { request }: Exchange, @CalledBy() caller: Caller): Job {
    const { verification } = readPath(request.params) as { verification: string };
    return this.jobs.show('verification', verification, caller);
  }

  @Post('verifications/:verification/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Stops a verification.' })
  cancel(@Exchanged() { request }: Exchange, @CalledBy() caller: Caller): Job {
    const { verification } = readPath(request.params) as { verification: string };
    return this.jobs.cancel('verification', verification, caller);
  }

  private sealer(): Sealer {
    const { sealer } = this.company;
    if (sealer) return sealer;
    throw new HttpRefusal('NotFound', 'This service keeps no seal.');
  }
}
