import pg from 'pg';

/** Every row of every table as text, as a dump of the database would have it. */
export const dumpOf = async (url: string): Promise<string> => {
  const owner = new pg.Client({ connectionString: url });
  await owner.connect();
  const { rows } = await owner.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const texts: string[] = [];
  for (const { name } of rows) {
    const found = await owner.query<{ row: string }>(`select t::text as row from ${name} t`);
    texts.push(...found.rows.map(({ row }) => `${name}: ${row}`));
  }
  await owner.end();
  return texts.join('\n');
};

/** Which of some words a text holds, in any of the forms in which bytes lie in a database. */
export const tracesIn = (text: string, words: readonly string[]): string[] =>
  words.filter((word) =>
    [word, Buffer.from(word).toString('hex'), JSON.stringify(word).slice(1, -1)].some((form) =>
      text.toLowerCase().includes(form.toLowerCase()),
    ),
  );
