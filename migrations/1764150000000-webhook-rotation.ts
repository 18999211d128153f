import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A secret that was replaced signs beside the new one for a while, until its receiver knows that. */
export class WebhookRotation1764150000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table webhook_endpoint
        add column former_secret text,
        add column former_until timestamptz;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'alter table webhook_endpoint drop column former_secret, drop column former_until;',
    );
  }
}
