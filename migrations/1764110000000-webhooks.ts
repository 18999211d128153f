import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who is told about statements, payouts and disputes over HTTP, and what was sent to whom. */
export class Webhooks1764110000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table webhook_endpoint (
        id text collate "C" primary key,
        url text not null,
        -- signs what is sent; it is shown once, to who made it
        secret text not null,
        -- all of them where empty
        types text[] not null,
        -- what was recorded up to this position of the log is not told
        since bigint not null,
        made_by text not null,
        made_at timestamptz not null default now(),
        disabled_at timestamptz,
        disabled_why text
      );
      create table webhook_delivery (
        id text collate "C" primary key,
        endpoint text collate "C" not null references webhook_endpoint on delete cascade,
        position bigint not null,
        type text not null,
        body text not null,
        made_at timestamptz not null default now(),
        attempts int not null default 0,
        -- null once it was delivered or given up
        next_at timestamptz default now(),
        delivered_at timestamptz,
        -- how the last attempt ended
        answer text
      );
      create index webhook_delivery_due on webhook_delivery (next_at) where next_at is not null;
      create index webhook_delivery_of on webhook_delivery (endpoint, position desc);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table webhook_delivery; drop table webhook_endpoint;');
  }
}
