import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Of a thousand events of a log in EventStoreDB, the categories of their streams: whoever looks for others does not
 * read them. Null where nobody has noted them; those are read.
 */
export class BlockCategories1764200200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table log_block add column categories text[]');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table log_block drop column categories');
  }
}
