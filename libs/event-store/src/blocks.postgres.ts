import type { Pool } from 'pg';
import { AnotherLog, type Block, type Blocks } from './blocks.js';
import { named } from './errors.postgres.js';

type Row = [position: string, commits: string, categories: string[] | null];

const blockIn = ([position, commits, categories]: Row): Block => ({
  position: BigInt(position),
  commits: commits.slice(1, -1).split(',').map(BigInt),
  categories: categories ?? undefined,
});

/** Blocks beside the rows, in PostgreSQL, shared by all processes: whoever is first writes one, all would write the same. */
export class PostgresBlocks implements Blocks {
  constructor(private readonly pool: Pool) {}

  async last(): Promise<Block | undefined> {
    return (await this.rows('order by position desc limit 1', []))[0];
  }

  async at(position: bigint): Promise<Block | undefined> {
    return (await this.rows('where position <= $1 order by position desc limit 1', [position]))[0];
  }

  async holding(commits: readonly bigint[]): Promise<readonly Block[]> {
    return this.rows(
      `where position in (select (
         select position from log_block where first_commit <= c order by first_commit desc limit 1
       ) from unnest($1::bigint[]) as c)`,
      [commits],
    );
  }

  async withAny(categories: readonly string[], from: bigint): Promise<readonly bigint[]> {
    const { rows } = await this.query(
      `select position from log_block
       where position >= $1 and (categories is null or categories && $2::text[]) order by position`,
      [from, categories],
    );
    return rows.map(([position]) => BigInt(position));
  }

  async keep({ position, commits, categories }: Block): Promise<void> {
    const { rowCount } = await this.query(
      `insert into log_block (position, first_commit, commits, categories) values ($1, $2, $3, $4)
       on conflict do nothing`,
      [position, commits[0], commits, categories],
    );
    if (rowCount === 1) return;
    const [kept] = await this.rows('where position = $1', [position]);
    if (kept?.commits.join() !== commits.join())
      throw new AnotherLog(`they differ after position ${position - 1n}`);
  }

  private async rows(where: string, values: unknown[]): Promise<Block[]> {
    return (
      await this.query(`select position, commits::text, categories from log_block ${where}`, values)
    ).rows.map(blockIn);
  }

  private async query(text: string, values: unknown[]) {
    try {
      return await this.pool.query<Row>({ text, values, rowMode: 'array' });
    } catch (error) {
      throw named(error);
    }
  }
}
