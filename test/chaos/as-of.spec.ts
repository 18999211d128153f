import { setTimeout as sleep } from 'node:timers/promises';
import { TABLES, type TableName } from '#statements';
import { freshDatabase } from '#testing';
import { OpenCompany } from '../../apps/worker/src/company.js';
import { statementAt } from '../../apps/worker/src/statements.js';
import { tableOf } from '../../apps/worker/src/tables.js';
import { CompanyAtWork, PAYEES } from './company-at-work.js';
import { figure, randomly, reach, SEED } from './figures.js';

const ANSWERS = figure(40, 250, 1000);
/** So many things happen between two questions that are noted. */
const BETWEEN = figure(2, 2, 2);
const NAMES = Object.keys(TABLES) as TableName[];

/** Something that was asked as of an instant or a position. */
interface Question {
  readonly asOf: string;
  readonly kind: 'statement' | 'explanation' | 'export';
  readonly payee: string;
  readonly period: string;
  readonly table: TableName;
}

let company: OpenCompany;
beforeAll(async () => {
  company = new OpenCompany(await freshDatabase());
});
afterAll(() => company.close());

const plain = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : value;

const answer = async ({ kind, asOf, payee, period, table }: Question): Promise<string> => {
  if (kind !== 'export') {
    const asked = { payee, period, asOf, trace: kind === 'explanation' };
    const { position, ...statement } = await statementAt(company, asked);
    return JSON.stringify([position, statement], plain);
  }
  const rows: unknown[] = [];
  for await (const row of tableOf(company, table, { asOf })) rows.push(row);
  return JSON.stringify(rows, plain);
};

describe('what was known at an instant', () => {
  it(`is the same for ever: ${ANSWERS} answers, asked again when everything has gone on (seed ${SEED})`, async () => {
    const random = randomly();
    const work = new CompanyAtWork(company, random);
    await work.found();
    const noted: (readonly [Question, string])[] = [];
    const one = <T>(values: readonly T[]): T => values[random(values.length)] as T;
    while (noted.length < ANSWERS) {
      for (let n = 0; n < BETWEEN; n += 1) await work.goOn();
      const head = Number(await company.catchUp());
      const before = head - (random(2) === 0 ? 0 : random(Math.min(head, 50)));
      const instant = new Date().toISOString();
      // What is recorded within the same millisecond is known at it as well.
      await sleep(2);
      const question: Question = {
        asOf: random(2) === 0 ? String(before) : instant,
        kind: one(['statement', 'explanation', 'export'] as const),
        payee: one(PAYEES),
        period: one(['FY2026', 'FY2026-Q1', 'FY2026-M02', 'FY2026-M05']),
        table: one(NAMES),
      };
      noted.push([question, await answer(question)]);
    }
    for (let n = 0; n < ANSWERS / 10; n += 1) await work.goOn();
    await company.catchUp();
    for (const [question, before] of noted)
      expect([question, await answer(question)]).toEqual([question, before]);
    const facts = Number(await company.store.head());
    reach(`${ANSWERS} answers asked again after ${facts} facts: all the same`);
  }, 3_600_000);
});
