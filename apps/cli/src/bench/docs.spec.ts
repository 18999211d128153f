import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writePerformance } from './docs.js';
import type { Report } from './measure.js';

const folder = mkdtempSync(path.join(tmpdir(), 'everycent-docs-'));
const [results, docs] = [path.join(folder, 'results'), path.join(folder, 'docs')];
afterAll(() => rmSync(folder, { recursive: true }));

const MARKED =
  'Before\n<!-- table -->\nold\n<!-- end of table -->\nBetween\n<!-- growth -->\n<!-- end of growth -->\nAfter\n';

const report = (size: number, jobs: Report['jobs']): Report => ({
  commit: '0123456789',
  machine: '2 x CPU',
  postgres: '18',
  size,
  jobs,
});
const imported = (value: number, ratio: number) => ({
  job: 1,
  name: 'import',
  unit: 'deals/s',
  value,
  limit: 100_000,
  ratio,
  memoryPeakMb: 300,
  runs: [value],
});
const grown = (...micros: number[]) => ({
  job: 10,
  name: 'growth',
  unit: '%',
  value: 5,
  memoryPeakMb: 300,
  costs: micros.map((cost, i) => ({
    deals: 100_000 * 10 ** i,
    micros: cost,
    memoryPeakMb: 300,
    runs: [cost],
  })),
  runs: [5],
});

const written = (reports: readonly Report[]): { page: string; plot: string } => {
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results);
  mkdirSync(docs, { recursive: true });
  writeFileSync(path.join(docs, 'performance.md'), MARKED);
  reports.forEach((one, i) =>
    writeFileSync(path.join(results, `2026-01-0${i + 1}T000000.json`), JSON.stringify(one)),
  );
  const [page, plot] = writePerformance(results, docs).map((file) => readFileSync(file, 'utf8'));
  return { page: `${page}`, plot: `${plot}` };
};

describe('the page of figures', () => {
  it('says of each job what was measured last at the size of the goals, and whether that reaches them', () => {
    const { page } = written([
      report(1_000_000, [imported(40_000, 0.4)]),
      report(1_000_000, [imported(61_000, 0.61)]),
      report(100_000, [imported(70_000, 0.7)]),
    ]);
    expect(page).toContain('| 1 | import | 61,000 deals/s | 100,000 (0.61) |');
    expect(page).toContain('| half of COPY | yes | `--size 1m --jobs 1`, 2026-01-02, 0123456 |');
    expect(page).toContain('| 2 | not measured yet |');
    expect(page).not.toContain('old');
  });

  it('says so where a goal is missed, and nothing where the size is another', () => {
    expect(written([report(1_000_000, [imported(40_000, 0.4)])]).page).toContain('| **no** |');
    expect(written([report(100_000, [imported(70_000, 0.7)])]).page).toContain('half of COPY |  |');
  });

  it('lists and draws what a deal costs at every size that was measured', () => {
    const { page, plot } = written([
      report(1_000_000, [grown(100, 104)]),
      report(10_000_000, [{ ...grown(100, 110), costs: grown(0, 104, 113).costs.slice(1) }]),
    ]);
    expect(page).toContain('| 1,000,000 | 10,000 | 104 | 4% | 300 MB |');
    expect(page).toContain('| 10,000,000 | 100,000 | 113 | 8.65% | 300 MB |');
    expect(plot.match(/<circle/g)).toHaveLength(3);
  });

  it('compares what one run has measured, and says of each decade whether its goal is reached', () => {
    const tenth = { ...grown(0, 104, 208), value: 100 };
    const { page } = written([
      report(10_000_000, [{ ...tenth, costs: tenth.costs.slice(1) }]),
      report(1_000_000, [grown(60, 52)]),
    ]);
    expect(page).toContain('| 1,000,000 | 10,000 | 52 | -13.33% | 300 MB |');
    expect(page).toContain('| 10,000,000 | 100,000 | 208 | 100% | 300 MB |');
    expect(page).toContain('| under 10% a decade | yes | `--size 1m --jobs 10`');
    expect(page).toContain('| under 10% a decade | **no** | `--size 10m --jobs 10`');
  });

  it('lists after them what more deals cost of the same payees, and nothing else of that', () => {
    const same = grown(100, 102);
    const costs = same.costs.map((cost) => ({ ...cost, payees: 500 }));
    const { page, plot } = written([
      report(1_000_000, [grown(100, 104)]),
      { ...report(1_000_000, [{ ...same, costs }, imported(1, 0.1)]), payees: 500 },
    ]);
    expect(page).toContain(
      '| 1,000,000 | 10,000 | 104 | 4% | 300 MB |\n| 100,000 | 500 | 100 |  | 300 MB |\n| 1,000,000 | 500 | 102 | 2% |',
    );
    expect(page).toContain('| 1 | not measured yet |');
    expect(plot.match(/<circle/g)).toHaveLength(2);
  });

  it('refuses a page without its marks', () => {
    written([]);
    writeFileSync(path.join(docs, 'performance.md'), 'no marks');
    expect(() => writePerformance(results, docs)).toThrow('lost its marks');
  });
});
