import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An append is planned once a connection: planning it each time, by its values, costs more than recording it. */
export class AppendPlan1764200100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter function append_events set plan_cache_mode = force_generic_plan');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter function append_events reset plan_cache_mode');
  }
}
