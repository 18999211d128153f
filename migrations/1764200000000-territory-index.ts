import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Deals are found by their territory only where they have one: the others cost no entry in the index. */
export class TerritoryIndex1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index deal_territory;
      create index deal_territory on deal (territory, booked_on) where territory is not null`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index deal_territory;
      create index deal_territory on deal (territory, booked_on)`);
  }
}
