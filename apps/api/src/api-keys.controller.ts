import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { CreateKey } from '#access';
import { Exchanged, Gives, type Exchange } from './exchange.js';
import { checkScopes, newKey } from './keys.js';
import { KeyUses } from './key-uses.postgres.js';
import { Queried } from './queried.js';
import { listQuery, Resources } from './resources.js';
import { Writer } from './writer.js';

/** Keys with which other systems bring facts or read. */
@ApiTags('access')
@Controller('v1/api-keys')
export class ApiKeysController {
  constructor(
    private readonly writer: Writer,
    private readonly resources: Resources,
    private readonly uses: KeyUses,
  ) {}

  @ApiOperation({
    summary:
      'Makes a key and shows it, this once, as `key`. The same again, which is known, answers 200 without it.',
  })
  @Post()
  @Gives('create-key')
  async create(@Exchanged() { request, response }: Exchange): Promise<object> {
    const data = (await this.writer.read('create-key', request)) as CreateKey;
    checkScopes(data);
    const { text, mark } = newKey();
    // Not by way of an Idempotency-Key: the answer would be kept, and the key with it.
    const { position, events } = await this.writer.execute('create-key', data, request, {
      computed: mark,
    });
    response.setHeader('Cache-Control', 'no-store');
    const said = {
      id: data.id,
      position: Number(position),
      events: events.map(({ type }) => type),
    };
    if (events.length > 0) return { ...said, key: text, prefix: mark.prefix };
    response.status(200);
    return said;
  }

  @ApiOperation({ summary: 'The key is not valid any more, from the next request on, for good.' })
  @Post(':key/revoke')
  @HttpCode(200)
  @Gives('revoke-key')
  revoke(@Exchanged() exchange: Exchange): Promise<object> {
    return this.writer.write(exchange);
  }

  @Get()
  @ApiOperation({
    summary: 'All keys by their first characters: owner, role, scopes, expiry, last use.',
  })
  @Queried(listQuery('api-keys'))
  async list(@Exchanged() exchange: Exchange): Promise<object> {
    const page = await this.resources.list('api-keys', exchange);
    const used = await this.uses.lastOf(page.data.map(({ id }) => String(id)));
    const data = page.data.map((key) => {
      const at = used.get(String(key['id']));
      return { ...key, ...(at !== undefined && { lastUsedAt: at }) };
    });
    return { ...page, data };
  }
}
