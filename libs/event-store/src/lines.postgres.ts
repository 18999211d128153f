import type { Pool } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { named } from './errors.postgres.js';

const NEWLINE = 0x0a;

/**
 * The log's lines after a position, in its order, in pages of a few hundred kilobytes: as COPY writes them, which is
 * how `lineOf` writes them. Nothing is parsed, so that a million events take seconds.
 */
export async function* copyLines(
  pool: Pool,
  after: bigint,
  upTo: bigint | undefined,
): AsyncGenerator<readonly Buffer[]> {
  const client = await pool.connect().catch((error: unknown) => {
    throw named(error);
  });
  let isWhole = false;
  try {
    const range = `position > ${after}${upTo === undefined ? '' : ` and position <= ${upTo}`}`;
    const stream = client.query(
      copyTo(
        `copy (select position, stream, revision, id, type, schema_version, data, meta
          from event where ${range} order by position) to stdout`,
      ),
    );
    let rest: Buffer | undefined;
    for await (const chunk of stream) {
      const bytes: Buffer = rest ? Buffer.concat([rest, chunk as Buffer]) : (chunk as Buffer);
      const lines: Buffer[] = [];
      let start = 0;
      for (
        let end = bytes.indexOf(NEWLINE);
        end >= 0;
        start = end + 1, end = bytes.indexOf(NEWLINE, start)
      ) {
        lines.push(bytes.subarray(start, end));
      }
      rest = start < bytes.length ? bytes.subarray(start) : undefined;
      if (lines.length > 0) yield lines;
    }
    isWhole = true;
  } catch (error) {
    throw named(error);
  } finally {
    // A connection in the middle of a COPY is of no use to anybody else.
    client.release(!isWhole);
  }
}
