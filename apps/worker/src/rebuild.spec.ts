import { freshDatabase } from '#testing';
import { openBeside } from './rebuild.postgres.js';

describe('the connections of a rebuild', () => {
  it('outlive one that the server ends while it is idle', async () => {
    const database = await freshDatabase();
    const beside = openBeside(database.url, 'public');
    const { rows } = await beside.query<{ pid: number }>('select pg_backend_pid() as pid');
    const other = openBeside(database.url, 'public');
    await other.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await beside.query('select 1')).rowCount).toBe(1);
    await other.end();
    await beside.end();
    await database.close();
  });
});
