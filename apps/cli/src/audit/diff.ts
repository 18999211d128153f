import type { Fact } from '#crediting';
import { EXIT, readArgs, UsageError, type Io } from '../cli.js';
import { readAsOf, required, withCompany } from '../with-company.js';

const factText = ({ position, type, stream, by, recorded }: Fact): string =>
  `  ${position}  ${type}  ${stream}  by ${by}  recorded ${recorded}\n`;

/** `audit diff --from INSTANT --to INSTANT`. */
export const diff = async (args: readonly string[], io: Io): Promise<number> => {
  const { values, positionals } = readArgs(args, {
    from: { type: 'string' },
    to: { type: 'string' },
    json: { type: 'boolean' },
  });
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not expected here.`);
  const from = readAsOf(required('--from', values.from), '--from') as string;
  const to = readAsOf(values.to, '--to');
  return withCompany(io, async (company) => {
    const { keyNames } = await import('../../../worker/src/compared-lines.js');
    const { differences } = await import('../../../worker/src/differences.js');
    await company.catchUp();
    const head = await company.store.head();
    const [first, last] = [await company.positionOf(from), await company.positionOf(to)];
    const [start, end] = [first ?? 0n, last === undefined || last > head ? head : last];
    if (start > end)
      throw new UsageError(`--from is position ${start}, after --to, which is position ${end}.`);
    const facts = new Map<number, Fact>();
    let lines = 0;
    for await (const payee of differences(company, start, end)) {
      for (const fact of payee.facts) facts.set(fact.position, fact);
      for (const line of payee.lines) {
        lines += 1;
        const { table, keys, before, after, facts: causes, isMinimal } = line;
        if (values.json) {
          const named = Object.fromEntries(keyNames(table).map((name, i) => [name, keys[i]]));
          io.out(
            `${JSON.stringify({ table, ...named, before: before ?? null, after: after ?? null, facts: causes, minimal: isMinimal })}\n`,
          );
          continue;
        }
        const because = `${causes.join(', ')}${isMinimal ? '' : ' (perhaps not all of them)'}`;
        io.out(
          `${table}  ${keys.filter(Boolean).join(' ')}  ${before ?? 'none'} -> ${after ?? 'none'}  because of ${because}\n`,
        );
      }
    }
    const ordered = [...facts.values()].sort((a, b) => a.position - b.position);
    io.err(
      `${lines} lines differ between positions ${start} and ${end}, because of ${ordered.length} ${ordered.length === 1 ? 'fact' : 'facts'}.\n`,
    );
    if (!values.json) io.err(ordered.map(factText).join(''));
    return EXIT.fine;
  });
};
