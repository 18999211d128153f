import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was attached to disputes: the log names each content by its hash, here it is kept, once. */
export class Attachments1764120000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table attachment (
        sha256 text collate "C" primary key,
        content bytea not null,
        kept_at timestamptz not null default now()
      );
      -- most of it is compressed already
      alter table attachment alter column content set storage external;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table attachment;');
  }
}
