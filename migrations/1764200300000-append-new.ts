import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Records one event each in streams that must not exist, which is most of what is recorded: nothing is looked up, since
 * UNIQUE (stream, revision) refuses all of them where one of the streams is there. Then `append_events` says which.
 */
export class AppendNew1764200300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function append_events_to_new_streams(
        streams text[], metas text[], ids text[], types text[], schema_versions smallint[], datas text[]
      ) returns bigint
      language plpgsql set search_path = public set enable_seqscan = off
        set plan_cache_mode = force_generic_plan as $$
      declare
        head bigint;
      begin
        perform pg_advisory_xact_lock(7304115);
        -- Statements after the lock see all that its former holders have committed.
        select coalesce(max(position), 0) into head from event;
        insert into event (position, revision, id, schema_version, stream, type, data, meta)
        select head + n.place, 0, n.id::uuid, n.schema_version, n.stream, n.type, n.data, n.meta
        from unnest(streams, metas, ids, types, schema_versions, datas) with ordinality
          as n(stream, meta, id, type, schema_version, data, place);
        perform pg_notify('everycent_log', '');
        return head;
      end $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function append_events_to_new_streams');
  }
}
