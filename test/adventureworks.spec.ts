import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { Exact, formatUnits, type Period } from '#kernel';
import { planMapped, readMapping, readStep } from '#imports';
import { commandTable, decideCommand, World } from '#scenarios';

const FOLDER = path.resolve('../shared/data/adventureworks');
const ORACLE = path.resolve('../shared/data/adventureworks-oracle.csv');
const isThere = existsSync(FOLDER) && existsSync(ORACLE);

const load = async (): Promise<World> => {
  const file = 'mappings/adventureworks.yaml';
  const text = readFileSync(file, 'utf8');
  const mapping = readMapping(text, Object.keys(commandTable));
  const world = new World(decideCommand);
  for (const plan of planMapped([FOLDER], { mapping, file, text })) {
    for await (const items of (await plan.open()).pages) {
      for (const item of items) {
        const step = item.faults ?? readStep(item.step);
        if (!('type' in step)) throw new Error(`${plan.file}:${item.line} ${JSON.stringify(step)}`);
        // Rates take time and change nothing here: all is in dollars.
        if (step.type !== 'publish-fx-rate') world.execute({ kind: 'command', ...step });
      }
    }
  }
  return world;
};

const about = isThere ? describe : describe.skip;

about('the AdventureWorks sample (skipped without ../shared/data)', () => {
  it('agrees with the figures of an independent program, in every row', async () => {
    const { book, ledger: ledgerOf } = (await load()).view();
    const { calendar } = book;
    const ledger = ledgerOf();
    const quarterOf = (month: number): string => calendar.name(calendar.periodOf('quarter', month));
    const oracle = parse(readFileSync(ORACLE, 'utf8'), { columns: true }) as Record<
      string,
      string
    >[];
    expect(oracle).toHaveLength(163);
    const standing = (payee: string, component: string, quarter: string) =>
      ledger.attainment.find(
        (row) =>
          row.payee === payee &&
          row.component === component &&
          calendar.name(row.window as Period) === quarter &&
          row.month === row.window.last,
      );
    const found = oracle.map((row) => {
      const [payee, quarter] = [`sp-${row.salesperson_id}`, row.fiscal_quarter as string];
      const [own, margin] = [
        standing(payee, 'commission', quarter),
        standing(payee, 'margin', quarter),
      ];
      const earned = ledger.earnings
        .filter((line) => line.payee === payee && quarterOf(line.month) === quarter)
        .reduce((sum, line) => sum + line.amount, 0n);
      return {
        subtotal: own?.measure?.toFixed(4),
        quota: own?.quota?.toFixed(4),
        attainment: own?.attainment?.times(Exact.of(100)).toFixed(6),
        commission: formatUnits(earned, 2),
        margin: (margin?.measure ?? Exact.ZERO).toFixed(6),
      };
    });
    expect(found).toEqual(
      oracle.map((row) => ({
        subtotal: row.subtotal_usd,
        quota: row.quota_usd,
        attainment: row.attainment_pct,
        commission: row.commission_usd,
        margin: row.margin_usd,
      })),
    );
  }, 120_000);
});
