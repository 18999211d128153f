import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When each API key was last used. The keys themselves are facts in the log. */
export class KeyUses1764120600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'create table key_use (key text collate "C" primary key, used_at timestamptz not null)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table key_use');
  }
}
