import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The seal of the log: a Merkle tree's leaves in log order, and its signed heads. Both only grow. */
export class Seal1764080000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table seal_leaf (
        -- the log position of the first event that this row speaks of
        first bigint primary key,
        -- the leaf hashes of it and those after it, 32 bytes each
        hashes bytea not null
      );
      -- hashes do not compress
      alter table seal_leaf alter column hashes set storage external;

      create table seal_head (
        -- how many events it covers
        size bigint primary key,
        root bytea not null,
        signed_at text not null,
        -- names the key that signed it
        key text not null,
        signature bytea not null,
        -- the roots of the tree's complete parts, largest first: all that is needed to go on
        peaks bytea not null
      );

      create trigger seal_leaf_only_grows before update or delete or truncate on seal_leaf
        for each statement execute function refuse_change();
      create trigger seal_head_only_grows before update or delete or truncate on seal_head
        for each statement execute function refuse_change();

      do $$
      begin
        revoke update, delete, truncate on seal_leaf, seal_head from everycent_app;
      exception when undefined_object then
        -- no role of its own for the application: the triggers alone protect the seal
        null;
      end $$;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table seal_leaf; drop table seal_head;');
  }
}
