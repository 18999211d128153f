import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { isObject, kinds, type Fault } from '#kernel';
import { refuseMalformed } from '#scenarios';
import { OpenCompany } from '../../worker/src/company.js';
import { NOTICES } from '../../worker/src/webhooks/notices.js';
import { faultOfUrl } from '../../worker/src/webhooks/outside.js';
import { WebhookRows } from '../../worker/src/webhooks/webhooks.postgres.js';
import type { Caller } from './caller.js';
import { CalledBy, Exchanged, type Exchange } from './exchange.js';
import { readPath } from './parameters.js';
import { HttpRefusal } from './problem.js';
import { notFound } from './reader.js';

const BODY = {
  type: 'object',
  properties: {
    url: { type: 'string', format: 'uri', maxLength: 2000 },
    types: { type: 'array', items: { enum: [...NOTICES] }, uniqueItems: true },
  },
  required: ['url'],
  additionalProperties: false,
} as object;

const notice = kinds.oneOf(NOTICES);

const readEndpoint = (body: unknown): { url: string; types: readonly string[] } => {
  const { url, types = [], ...others } = isObject(body) ? body : {};
  const faults = Object.keys(others).map((path): Fault => {
    return { path, code: 'unknown-field', message: 'there is no such field; valid: url, types' };
  });
  const fault = typeof url === 'string' ? faultOfUrl(url) : 'expected an https address';
  if (fault !== undefined) faults.push({ path: 'url', code: 'invalid', message: fault });
  const given: readonly unknown[] = Array.isArray(types) ? types : [undefined];
  given.forEach((type, i) => {
    if (notice.read(type) !== undefined && given.indexOf(type) === i) return;
    const message = `expected different ones of ${NOTICES.join(', ')}`;
    faults.push({ path: `types[${i}]`, code: 'invalid', message });
  });
  if (faults.length > 0) refuseMalformed('webhook', faults);
  return { url: url as string, types: given as readonly string[] };
};

/** Who is told about statements, payouts and disputes. */
@ApiTags('webhooks')
@Controller('v1/webhooks')
export class WebhooksController {
  private readonly rows: WebhookRows;

  constructor(private readonly company: OpenCompany) {
    this.rows = new WebhookRows(company.database.pool);
  }

  @Post()
  @ApiOperation({
    summary:
      'Tells an address from now on; the answer holds, this once, the secret that signs the messages.',
  })
  @ApiBody({ schema: BODY, required: true })
  async add(@Exchanged() { request }: Exchange, @CalledBy() { user }: Caller): Promise<object> {
    const endpoint = readEndpoint(request.body);
    const since = await this.company.store.head();
    const made = await this.rows.add({ ...endpoint, by: user, since });
    if (made) return made;
    throw new HttpRefusal('WebhooksTooMany', 'There are twenty already: disable one first.');
  }

  @Get()
  @ApiOperation({ summary: 'Who is told about what; no secrets.' })
  async list(): Promise<object> {
    return { data: await this.rows.list(), page: { next: null } };
  }

  @Post(':webhook/disable')
  @HttpCode(200)
  @ApiOperation({ summary: 'Tells an address nothing any more.' })
  async disable(@Exchanged() { request }: Exchange, @CalledBy() { user }: Caller): Promise<object> {
    const { webhook } = readPath(request.params) as { webhook: string };
    if (!(await this.rows.disable(webhook, `Disabled by ${user}.`)))
      return notFound('webhook', webhook);
    return this.one(webhook);
  }

  @Post(':webhook/rotate')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'A new secret, which the answer holds this once; for a day messages are signed by the one before it too.',
  })
  async rotate(@Exchanged() { request }: Exchange): Promise<object> {
    const { webhook } = readPath(request.params) as { webhook: string };
    return (await this.rows.rotate(webhook)) ?? notFound('webhook', webhook);
  }

  @Get(':webhook/deliveries')
  @ApiOperation({ summary: 'What was sent to an address, the latest first, and how it ended.' })
  async deliveries(@Exchanged() { request }: Exchange): Promise<object> {
    const { webhook } = readPath(request.params) as { webhook: string };
    await this.one(webhook);
    return { data: await this.rows.deliveries(webhook), page: { next: null } };
  }

  @Post(':webhook/deliveries/:delivery/redeliver')
  @HttpCode(202)
  @ApiOperation({ summary: 'Sends a message once more, under the same id.' })
  async redeliver(@Exchanged() { request }: Exchange): Promise<object> {
    const { webhook, delivery } = readPath(request.params) as { webhook: string; delivery: string };
    if (!(await this.rows.redeliver(webhook, delivery))) return notFound('delivery', delivery);
    return { id: delivery, status: 'waiting' };
  }

  private async one(id: string): Promise<object> {
    return (
      (await this.rows.list()).find((endpoint) => endpoint.id === id) ?? notFound('webhook', id)
    );
  }
}
