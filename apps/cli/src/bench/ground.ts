import pg from 'pg';
import { openDatabase } from '#event-store';
import { importFiles, planSteps } from '#imports';
import { OpenCompany } from '../../../worker/src/company.js';
import type { BenchCompany } from './company-of.js';
import { dealsIn, setupIn, type Site } from './site.js';

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

/** How much a database holds: what is known before the deals; all deals in the log; all rows of them too. */
export type Fill = 'setup' | 'loaded' | 'calculated';

/** A database that one process leaves for the next. */
export interface Left {
  readonly name: string;
  readonly fill: Fill;
}

/** Where one process measures: databases of its own on a server, and the files that are imported. */
export class Ground {
  private opened: { name: string; company: OpenCompany; fill: Fill } | undefined;
  private count = 0;

  constructor(
    private readonly site: Site,
    private left?: Left,
  ) {}

  get company(): BenchCompany {
    return this.site.company;
  }

  get dealsFile(): string {
    return dealsIn(this.site);
  }

  /** A file that a job needs. */
  file(name: string): string {
    return `${this.site.folder}/${name}`;
  }

  /** A new database with what is known before the deals; the one before is dropped. */
  async fresh(): Promise<OpenCompany> {
    await this.drop();
    this.count += 1;
    const name = `bench_${process.pid}_${this.count}`;
    await this.asOwner(`create database ${name}`);
    const company = await this.open({ name, fill: 'setup' });
    await this.import(company, setupIn(this.site));
    return company;
  }

  /** The database with all deals in its log. */
  async loaded(): Promise<OpenCompany> {
    if (this.left) await this.open(this.left);
    if (!this.opened || this.opened.fill === 'setup') {
      await this.import(await this.fresh(), this.dealsFile);
      this.is('loaded');
    }
    return (this.opened as NonNullable<typeof this.opened>).company;
  }

  /** The database with all deals, and all rows of them. */
  async calculated(): Promise<OpenCompany> {
    const company = await this.loaded();
    await company.catchUp();
    this.is('calculated');
    return company;
  }

  /** Says what the database holds by now. */
  is(fill: Fill): void {
    if (this.opened) this.opened.fill = fill;
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
    this.is('loaded');
  }

  /** A database of the server that is nobody's yet, for as long as some work takes. */
  async elsewhere<T>(work: (url: string) => Promise<T>): Promise<T> {
    const name = `bench_${process.pid}_peer`;
    await this.asOwner(`create database ${name}`);
    try {
      return await work(this.urlOf(name));
    } finally {
      await this.asOwner(`drop database if exists ${name} with (force)`);
    }
  }

  /** Lets go of the database, and says what it holds. */
  async leave(): Promise<Left | undefined> {
    const { opened, left } = this;
    if (!opened) return left;
    await opened.company.close();
    this.opened = undefined;
    return { name: opened.name, fill: opened.fill };
  }

  async drop(): Promise<void> {
    const left = await this.leave();
    this.left = undefined;
    if (left) await this.asOwner(`drop database if exists ${left.name} with (force)`);
  }

  private async open({ name, fill }: Left): Promise<OpenCompany> {
    const databaseUrl = this.urlOf(name);
    const company = new OpenCompany(await openDatabase({ home: this.site.folder, databaseUrl }));
    this.left = undefined;
    this.opened = { name, company, fill };
    return company;
  }

  private urlOf(name: string): string {
    const url = new URL(this.site.server);
    url.pathname = `/${name}`;
    return url.href;
  }

  private async asOwner(statement: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.site.server });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  }
}
