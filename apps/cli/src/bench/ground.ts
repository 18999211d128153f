import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { openDatabase, type Database } from '#event-store';
import { importFiles, planSteps } from '#imports';
import { OpenCompany } from '../../../worker/src/company.js';
import { companyOf, dealSteps, setupSteps, writeSteps, type BenchCompany } from './company-of.js';

const ROW_TABLES = [
  'deal',
  'credit',
  'former_credit',
  'uncredited',
  'credit_currency',
  'stale_deal',
  'stale_payee',
  'horizon',
  'calculated',
  'maker',
  'stale_payout',
  'unchecked_payout',
  'payee_month',
];

/** Where jobs are measured: a server, databases of its own on it, and the files that are imported. */
export class Ground {
  readonly company: BenchCompany;
  readonly setupFile: string;
  readonly dealsFile: string;
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'everycent-bench-'));
  private server: Database | undefined;
  private count = 0;
  private opened: { name: string; company: OpenCompany; loaded: boolean } | undefined;

  constructor(
    deals: number,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    this.company = companyOf(deals);
    this.setupFile = path.join(this.folder, 'setup.ndjson');
    this.dealsFile = path.join(this.folder, 'deals.ndjson');
  }

  async prepare(): Promise<void> {
    const databaseUrl = this.env['DATABASE_URL'];
    this.server = await openDatabase({
      home: this.folder,
      ...(databaseUrl ? { databaseUrl } : {}),
    });
    await writeSteps(this.setupFile, setupSteps(this.company));
    await writeSteps(this.dealsFile, dealSteps(this.company));
  }

  /** Says what the server is. */
  async version(): Promise<string> {
    const { rows } = await this.pool.query<{ version: string }>('show server_version');
    return `${rows[0]?.version}`;
  }

  private get pool(): pg.Pool {
    return (this.server as Database).pool;
  }

  /** A folder for files that a job needs. */
  file(name: string): string {
    return path.join(this.folder, name);
  }

  /** A new database with what is known before the deals; the one before is dropped. */
  async fresh(): Promise<OpenCompany> {
    await this.drop();
    this.count += 1;
    const name = `bench_${process.pid}_${this.count}`;
    await this.asOwner(`create database ${name}`);
    const url = new URL((this.server as Database).url);
    url.pathname = `/${name}`;
    const company = new OpenCompany(
      await openDatabase({ home: this.folder, databaseUrl: url.href }),
    );
    this.opened = { name, company, loaded: false };
    await this.import(company, this.setupFile);
    return company;
  }

  /** The database with all deals in its log. */
  async loaded(): Promise<OpenCompany> {
    if (!this.opened?.loaded) {
      await this.import(await this.fresh(), this.dealsFile);
      this.isLoaded();
    }
    return (this.opened as NonNullable<typeof this.opened>).company;
  }

  isLoaded(): void {
    if (this.opened) this.opened.loaded = true;
  }

  /** The database with all deals, and all rows of them. */
  async calculated(): Promise<OpenCompany> {
    const company = await this.loaded();
    await company.catchUp();
    return company;
  }

  /** Imports a file as the command line does. */
  async import(company: OpenCompany, file: string): Promise<void> {
    const { totals } = await importFiles(planSteps([file]), {
      store: company.store,
      now: new Date().toISOString(),
      by: 'bench',
      mode: 'each',
      execute: async (command, source) => (await company.execute({ ...command, source })).events,
      refused: ({ errors }) => {
        throw new Error(
          `The company that is measured refuses its own facts: ${errors[0]?.message}`,
        );
      },
    });
    if (totals.some(({ refused }) => refused > 0)) throw new Error('Rows were refused.');
  }

  /** Takes all rows away, so that followers begin at zero. */
  async forgetRows(company: OpenCompany): Promise<void> {
    const { pool } = company.database;
    await pool.query(`truncate ${ROW_TABLES.join(', ')}`);
    await pool.query(`update checkpoint set position = 0`);
  }

  async close(): Promise<void> {
    await this.drop();
    await this.server?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async drop(): Promise<void> {
    if (!this.opened) return;
    await this.opened.company.close();
    await this.asOwner(`drop database if exists ${this.opened.name} with (force)`);
    this.opened = undefined;
  }

  private async asOwner(statement: string): Promise<void> {
    const client = new pg.Client({ connectionString: (this.server as Database).url });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  }
}
