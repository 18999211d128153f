import { readdirSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { freshDatabase } from '#testing';
import { migrate } from './migrate.postgres.js';

const folder = path.resolve(import.meta.dirname, '../../../migrations');
const names = readdirSync(folder).filter((name) => name.endsWith('.ts'));
const stampOf = (name: string): string => name.slice(0, name.indexOf('-'));

describe('the migrations', () => {
  it('have an instant each that no other has, so that their order is one and the same everywhere', () => {
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) expect(name).toMatch(/^\d{13}-[a-z-]+\.ts$/);
    expect(new Set(names.map(stampOf)).size).toBe(names.length);
  });

  it('have that instant in the names of their classes, by which databases know them', async () => {
    for (const name of names) {
      const classes = Object.keys((await import(path.join(folder, name))) as object);
      expect([name, classes]).toEqual([name, [expect.stringMatching(`${stampOf(name)}$`)]]);
    }
  });

  it('are run in that order, once', async () => {
    const database = await freshDatabase();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      const { rows } = await client.query<{ timestamp: string }>(
        'select timestamp::text from migrations order by id',
      );
      expect(rows.map(({ timestamp }) => timestamp)).toEqual(names.map(stampOf).sort());
      expect(await migrate(database.url)).toEqual([]);
    } finally {
      await client.end();
      await database.close();
    }
  });

  it('are not run over a database that is newer', async () => {
    const database = await freshDatabase();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      await client.query(
        "insert into migrations (timestamp, name) values (9999999999999, 'Later9999999999999')",
      );
      await expect(migrate(database.url)).rejects.toThrow(
        'The database is newer than this version of Everycent: it has Later9999999999999.',
      );
    } finally {
      await client.end();
      await database.close();
    }
  });
});
