import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDatabase, type Database } from '#event-store';
import { writeSteps, type BenchCompany } from './company-of.js';
import { stepsOf } from './mixed-company.js';

/** Where a company is measured: a server, and a folder with the files of its facts. Passed on to other processes. */
export interface Site {
  /** The owner's login at the server. */
  readonly server: string;
  readonly folder: string;
  readonly company: BenchCompany;
}

/** The file of what is known before the deals. */
export const setupIn = ({ folder }: Site): string => path.join(folder, 'setup.ndjson');
/** The file of the deals. */
export const dealsIn = ({ folder }: Site): string => path.join(folder, 'deals.ndjson');

/** The server of DATABASE_URL, or an embedded one in a temporary folder, for as long as the benchmark runs. */
export class BenchServer {
  private constructor(
    private readonly folder: string,
    private readonly database: Database,
  ) {}

  static async open(env: NodeJS.ProcessEnv): Promise<BenchServer> {
    const folder = mkdtempSync(path.join(tmpdir(), 'everycent-bench-'));
    const databaseUrl = env['DATABASE_URL'];
    const database = await openDatabase({ home: folder, ...(databaseUrl && { databaseUrl }) });
    return new BenchServer(folder, database);
  }

  /** Writes the files of a company. */
  async site(company: BenchCompany): Promise<Site> {
    const folder = path.join(this.folder, `${company.deals}-deals`);
    mkdirSync(folder);
    const site = { server: this.database.url, folder, company };
    const { setup, deals } = stepsOf(company);
    await writeSteps(setupIn(site), setup);
    await writeSteps(dealsIn(site), deals);
    return site;
  }

  /** Says what the server is. */
  async version(): Promise<string> {
    const { rows } = await this.database.pool.query<{ version: string }>(
      `select current_setting('server_version') as version`,
    );
    return `${rows[0]?.version}`;
  }

  async close(): Promise<void> {
    await this.database.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
