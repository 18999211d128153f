import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Since when the log is kept in EventStoreDB, if it is: from then on nothing may be added to the one in this database,
 * however the service is started.
 */
export class LogElsewhere1764090100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table log_elsewhere (since timestamptz not null default now())');
    await runner.query('create unique index log_elsewhere_once on log_elsewhere ((true))');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table log_elsewhere');
  }
}
