import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { openDatabase, type Database } from '#event-store';

const adminUrl = (): URL => {
  const url = process.env['EVERYCENT_TEST_DATABASE'];
  if (!url)
    throw new Error(
      'freshDatabase() is for specs that jest runs: its global set-up starts the server.',
    );
  const admin = new URL(url);
  admin.pathname = '/postgres';
  return admin;
};

const asAdmin = async (statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: adminUrl().href });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};

/** An empty database of its own for a spec file, with all tables; `close` also drops it. Not durable: fsync is off. */
export const freshDatabase = async (): Promise<Database> => {
  const name = `spec_${randomBytes(6).toString('hex')}`;
  await asAdmin(`create database ${name} template everycent`);
  const url = adminUrl();
  url.pathname = `/${name}`;
  const database = await openDatabase({ home: '', databaseUrl: url.href });
  return {
    ...database,
    close: async () => {
      await database.close();
      await asAdmin(`drop database if exists ${name} with (force)`);
    },
  };
};
