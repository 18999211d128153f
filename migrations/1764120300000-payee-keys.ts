import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The keys under which the personal data of payees is sealed in the log. They are no part of the log and cannot be made
 * again: a backup without them is a backup without names.
 */
export class PayeeKeys1764120300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table payee_key (
        payee text collate "C" primary key,
        -- null once the payee is forgotten; the row stays, so that no key is made for him again
        key bytea,
        -- which attributes were personal when he was forgotten
        attributes text[],
        forgotten_at timestamptz,
        check ((key is null) = (forgotten_at is not null))
      );
      create function refuse_remembering() returns trigger language plpgsql as $$
      begin
        raise exception 'The key of a forgotten payee does not come back.' using errcode = 'insufficient_privilege';
      end $$;
      create trigger payee_key_stays_forgotten before update on payee_key
        for each row when (old.key is null and new.key is not null) execute function refuse_remembering();`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table payee_key; drop function refuse_remembering;');
  }
}
