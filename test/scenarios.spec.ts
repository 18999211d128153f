import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Exact, minorUnits } from '#kernel';
import { evaluate } from '#earnings';
import { decideCommand, readScenario, runScenario, runSteps, World } from '#scenarios';

const root = path.resolve(import.meta.dirname, '..');
const own = path.join(root, 'test/scenarios');
const guide = path.join(root, 'docs/plans');
// Worked examples that others published; they lie beside the checkout where it was developed.
const published = path.resolve(root, '../shared/examples');

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();

const read = (file: string) => readScenario(readFileSync(file, 'utf8'));

/** Lines whose explanation, evaluated by itself, does not give the line's amount. */
const unexplained = (file: string): string[] => {
  const world = new World(decideCommand);
  runSteps(world, read(file).steps);
  if (!world.hasCalendar) return [];
  return world
    .view()
    .ledger({ trace: true })
    .earnings.flatMap(({ payee, component, month, currency, lines }) =>
      lines.flatMap((line) => {
        const amount = Exact.units(line.amount, minorUnits(currency));
        const name = `${payee} ${component} ${month} ${line.deal ?? line.what}`;
        if (!line.trace) return [`${name}: no explanation`];
        const explained = evaluate(line.trace);
        return explained.equals(amount)
          ? []
          : [`${name}: ${amount.toText()}, explained ${explained.toText()}`];
      }),
    );
};

const describeFolder = (folder: string): void => {
  const files = filesIn(folder).map((file) => [path.relative(folder, file), file]);
  it.each(files)('%s', (_, file) => expect(runScenario(read(file as string)).failures).toEqual([]));
  it.each(files)('%s is explained to the cent', (_, file) =>
    expect(unexplained(file as string)).toEqual([]),
  );
};

describe('our own scenarios', () => describeFolder(own));

describe('the examples of the guide', () => describeFolder(guide));

it('the guide names every example', () => {
  const text = readFileSync(path.join(guide, 'README.md'), 'utf8');
  const missing = filesIn(guide)
    .map((file) => path.basename(file))
    .filter((name) => !text.includes(`(${name})`));
  expect(missing).toEqual([]);
});

const isThere = existsSync(published);
(isThere ? describe : describe.skip)(
  isThere ? 'published examples' : `published examples (skipped: there is no folder ${published})`,
  () => (isThere ? describeFolder(published) : it('would be run', () => undefined)),
);
