import { parse, type EventStore, type Follower, type StoredEvent, type Tx } from '#event-store';
import { noticeOf, TOLD } from './notices.js';
import type { WebhookRows } from './webhooks.postgres.js';

/** Turns what happens to statements, payouts and disputes into messages, each once for every endpoint. */
export class NoticesFollower implements Follower {
  readonly name = 'notices';
  readonly categories = TOLD;
  readonly pageSize = 100;

  constructor(
    private readonly store: EventStore,
    private readonly rows: WebhookRows,
  ) {}

  async handle(page: readonly StoredEvent[], tx: Tx): Promise<void> {
    for (const event of page.map(parse)) {
      const history = (await this.store.read(event.stream)).filter(
        ({ revision }) => revision <= event.revision,
      );
      const notice = noticeOf(event, history);
      if (!notice) continue;
      const { id, position } = event;
      await this.rows.note(tx, { id, type: notice.type, position, body: JSON.stringify(notice) });
    }
  }
}
