import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Where the log is kept in EventStoreDB: where in `$all` its events stand, a thousand to a row. An event's position is
 * its number in that order, so all of this can be made again from the log.
 */
export class LogBlocks1764090000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table log_block (
        -- of the first event
        position bigint primary key,
        first_commit bigint not null unique,
        commits bigint[] not null
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table log_block');
  }
}
