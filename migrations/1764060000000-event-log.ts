import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The event log, which only grows, and the followers' checkpoints.
 *
 * Writers take one lock, so that positions are gapless and in the order of commitment: whoever reads position n has
 * seen everything before it. The lock's cost is shared by recording together what arrives together.
 */
export class EventLog1764060000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table event (
        position bigint not null,
        revision bigint not null,
        id uuid not null,
        schema_version smallint not null,
        stream text collate "C" not null,
        type text collate "C" not null,
        category text collate "C" not null generated always as (split_part(stream, '-', 1)) stored,
        -- text, not jsonb: an audit hashes the very bytes that were recorded
        data text not null,
        meta text not null,
        constraint event_position primary key (position),
        constraint event_stream_revision unique (stream, revision)
      );
      create index event_category on event (category, position);

      create function refuse_change() returns trigger language plpgsql as $$
      begin
        raise exception 'The event log only grows: % is not allowed.', tg_op using errcode = 'insufficient_privilege';
      end $$;
      create trigger event_only_grows before update or delete or truncate on event
        for each statement execute function refuse_change();

      create table checkpoint (
        follower text primary key,
        position bigint not null,
        reached_at timestamptz not null default now()
      );`);
    await runner.query(APPEND_EVENTS);
    await runner.query(APPLICATION_ROLE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table checkpoint;
      drop function append_events;
      drop table event;
      drop function refuse_change;`);
  }
}

/**
 * Records appends to different streams. Event j is number places[j] (from 1) of append items[j]. Gives for each append
 * its stream's revision before (-1: none) and its last event's position, null where the stream is not as expected
 * (-1: none, -2: any revision, unless it holds the first event's id already).
 */
const APPEND_EVENTS = `
  create function append_events(
    streams text[], expected bigint[], counts int[], first_ids uuid[], metas text[],
    items int[], places int[], ids uuid[], types text[], schema_versions smallint[], datas text[]
  ) returns table (revision_before bigint, last_position bigint)
  language plpgsql set search_path = public set enable_seqscan = off as $$
  declare
    head bigint;
  begin
    perform pg_advisory_xact_lock(7304115);
    -- Statements after the lock see all that its former holders have committed.
    select coalesce(max(position), 0) into head from event;
    return query
    with asked as materialized (
      select a.*,
        coalesce((select e.revision from event e where e.stream = a.stream order by e.revision desc limit 1), -1) as now
      from unnest(streams, expected, counts, first_ids, metas) with ordinality
        as a(stream, expected, count, first_id, meta, item)
    ), granted as materialized (
      select a.*, head + sum(a.count) over (order by a.item) as last from asked a
      where a.expected = a.now or (a.expected = -2 and not exists (
        select from event e where e.stream = a.stream and e.id = a.first_id))
    ), recorded as (
      insert into event (position, revision, id, schema_version, stream, type, data, meta)
      select g.last - g.count + n.place, g.now + n.place, n.id, n.schema_version, g.stream, n.type, n.data, g.meta
      from unnest(items, places, ids, types, schema_versions, datas)
        as n(item, place, id, type, schema_version, data)
      join granted g on g.item = n.item
    )
    select a.now, g.last::bigint from asked a left join granted g on g.item = a.item order by a.item;
    perform pg_notify('everycent_log', '');
  end $$;`;

/**
 * The role as which the application works: it may add to the log and read it, nothing else; in its own tables it may do
 * anything. Where the login may not create roles, the triggers alone protect the log.
 */
const APPLICATION_ROLE = `
  do $$
  begin
    begin
      create role everycent_app nologin;
    exception when duplicate_object or unique_violation then null;
    end;
    execute format('grant everycent_app to %I', current_user);
    grant usage on schema public to everycent_app;
    grant select, insert on event to everycent_app;
    grant select, insert, update, delete on checkpoint to everycent_app;
    alter default privileges in schema public grant select, insert, update, delete, truncate on tables to everycent_app;
    alter default privileges in schema public grant usage, select on sequences to everycent_app;
  exception when insufficient_privilege then
    raise notice 'No role for the application: %', sqlerrm;
  end $$;`;
