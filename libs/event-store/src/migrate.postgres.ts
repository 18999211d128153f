import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import pg from 'pg';
import type { MigrationInterface } from 'typeorm';

const MIGRATION_LOCK = 7304116;

/**
 * Brings the database's tables to the state that this version needs, and gives the names of the migrations run. Two
 * processes at once: one does it, the other waits. Throws where the database is newer than this version.
 */
export const migrate = async (url: string): Promise<readonly string[]> => {
  const known = migrationFiles();
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    if ((await pending(client, known)).length === 0) return [];
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return (await pending(client, known)).length === 0 ? [] : await run(url, known);
  } finally {
    await client.end();
  }
};

interface MigrationFile {
  readonly timestamp: string;
  readonly file: string;
}

/** Built migrations only: `dist/migrations/<timestamp>-<name>.js`. */
const migrationFiles = (): MigrationFile[] => {
  const folder = path.join(packageRoot(), 'dist', 'migrations');
  return readdirSync(folder)
    .filter((name) => /^\d{13}-.*\.js$/.test(name))
    .sort()
    .map((name) => ({ timestamp: name.slice(0, 13), file: path.join(folder, name) }));
};

const packageRoot = (): string => {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  const isRoot = () => {
    const file = path.join(folder, 'package.json');
    return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === 'everycent';
  };
  while (!isRoot()) folder = path.dirname(folder);
  return folder;
};

/** Asked without TypeORM, which takes longer to load than most commands run. */
const pending = async (
  client: pg.Client,
  known: readonly MigrationFile[],
): Promise<MigrationFile[]> => {
  const { rows: tables } = await client.query<{ table: string | null }>(
    "select to_regclass('public.migrations')::text as table",
  );
  if (tables[0]?.table === null) return [...known];
  const { rows } = await client.query<{ timestamp: string; name: string }>(
    'select timestamp, name from migrations',
  );
  const unknown = rows.filter((row) => !known.some(({ timestamp }) => timestamp === row.timestamp));
  if (unknown.length > 0) {
    throw new Error(
      `The database is newer than this version of Everycent: it has ${unknown.map(({ name }) => name).join(', ')}.`,
    );
  }
  return known.filter(({ timestamp }) => !rows.some((row) => row.timestamp === timestamp));
};

const run = async (url: string, known: readonly MigrationFile[]): Promise<string[]> => {
  await import('reflect-metadata');
  const { DataSource } = await import('typeorm');
  const migrations: (new () => MigrationInterface)[] = [];
  for (const { file } of known)
    migrations.push(...Object.values((await import(pathToFileURL(file).href)) as object));
  const source = new DataSource({
    type: 'postgres',
    url,
    migrations,
    migrationsTableName: 'migrations',
    poolSize: 1,
  });
  await source.initialize();
  try {
    return (await source.runMigrations({ transaction: 'each' })).map(({ name }) => name);
  } finally {
    await source.destroy();
  }
};
