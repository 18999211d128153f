import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Requests that were sent with an Idempotency-Key, and what was answered; kept for thirty days. */
export class Idempotency1764070000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table idempotency (
        login text not null,
        key text not null,
        -- of the method, the path and the content, as hexadecimal
        request_sha256 text not null,
        -- null while the first request has not been answered
        status smallint,
        answer text,
        received_at timestamptz not null default now(),
        constraint idempotency_login_key primary key (login, key)
      );
      create index idempotency_received_at on idempotency (received_at);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table idempotency');
  }
}
