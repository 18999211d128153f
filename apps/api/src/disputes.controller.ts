import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { OpenDispute, ResolveDispute } from '#disputes';
import { commandSchema } from '#scenarios';
import { OpenCompany } from '../../worker/src/company.js';
import { effectOf, previewRemedy } from '../../worker/src/disputes.js';
import { disputeNamed } from '../../worker/src/known-disputes.js';
import type { Caller } from './caller.js';
import { differenceView } from './difference-view.js';
import { CalledBy, Exchanged, Gives, type Exchange } from './exchange.js';
import { readPath } from './parameters.js';
import { Queried } from './queried.js';
import { ITEM_QUERY, listQuery, Resources } from './resources.js';
import { notFound, Reader } from './reader.js';
import { Writer } from './writer.js';

const PREVIEWED = commandSchema('resolve-dispute') as object;

/** What payees say is wrong, and what was decided. */
@ApiTags('disputes')
@Controller('v1/disputes')
export class DisputesController {
  constructor(
    private readonly writer: Writer,
    private readonly resources: Resources,
    private readonly reader: Reader,
    private readonly company: OpenCompany,
  ) {}

  @ApiOperation({ summary: 'A payee says that something is wrong, or missing.' })
  @Post()
  @Gives('open-dispute')
  open(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange, (_caller, data) =>
      this.requireVisible(exchange, data as { payee: string }),
    );
  }

  @ApiOperation({ summary: 'A word in the thread.' })
  @Post(':dispute/comments')
  @Gives('comment-dispute')
  comment(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange, () => this.requireVisible(exchange));
  }

  @ApiOperation({ summary: 'Who is to look into it, by when, and for whom it is after that.' })
  @Post(':dispute/assign')
  @HttpCode(200)
  @Gives('assign-dispute')
  assign(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange, () => this.requireVisible(exchange));
  }

  @ApiOperation({ summary: 'Its day has passed: now it is for whom it goes to then.' })
  @Post(':dispute/escalate')
  @HttpCode(200)
  @Gives('escalate-dispute')
  escalate(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange, () => this.requireVisible(exchange));
  }

  @ApiOperation({
    summary:
      'What the remedy of a decision would change, by payee and component, before it is decided; records nothing.',
  })
  @ApiBody({ schema: PREVIEWED, required: true })
  @Post(':dispute/preview')
  @HttpCode(200)
  async preview(@Exchanged() exchange: Exchange, @CalledBy() caller: Caller): Promise<object> {
    const { dispute, remedy } = (await this.writer.read(
      'resolve-dispute',
      exchange.request,
    )) as ResolveDispute;
    disputeNamed(await this.company.book(), dispute);
    const differences = remedy ? await previewRemedy(this.company, remedy, caller.user) : [];
    return { differences: differences.map(differenceView) };
  }

  @ApiOperation({
    summary:
      'The decision, and the remedy that is recorded because of it; nobody resolves his own.',
  })
  @Post(':dispute/resolve')
  @HttpCode(200)
  @Gives('resolve-dispute')
  resolve(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange, () => this.requireVisible(exchange));
  }

  @ApiOperation({ summary: 'Who opened it no longer asks for a decision.' })
  @Post(':dispute/withdraw')
  @HttpCode(200)
  @Gives('withdraw-dispute')
  withdraw(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange, () => this.requireVisible(exchange));
  }

  @Get()
  @ApiOperation({ summary: 'Disputes, each with where it stands.' })
  @Queried(listQuery('disputes'))
  list(@Exchanged() exchange: Exchange): Promise<object> {
    return this.resources.list('disputes', exchange);
  }

  @Get(':dispute')
  @ApiOperation({
    summary: 'One dispute: where it stands, its thread, and what its remedy changed.',
  })
  @Queried(ITEM_QUERY)
  async show(@Exchanged() exchange: Exchange): Promise<object> {
    const found = await this.resources.item('disputes', 'dispute', exchange);
    const { resolution } = found as { resolution?: ResolveDispute };
    if (!resolution?.remedy) return found;
    const visible = await this.reader.visible(exchange.request);
    const changed = (await effectOf(this.company, resolution.remedy)).filter(
      ({ payee }) => visible === 'all' || visible.has(payee),
    );
    return { ...found, changed: changed.map(differenceView) };
  }

  // A dispute that somebody may not see does not exist for him.
  private async requireVisible(
    { request }: Exchange,
    opened?: { readonly payee: string },
  ): Promise<void> {
    if (opened) return this.reader.requireVisible(request, opened.payee, 'payee', opened.payee);
    const { dispute } = readPath(request.params) as { dispute: string };
    const [fact] = (await this.company.book()).facts(`dispute-${dispute}`);
    if (!fact) return notFound('dispute', dispute);
    const { payee } = fact.data as OpenDispute;
    return this.reader.requireVisible(request, payee, 'dispute', dispute);
  }
}
