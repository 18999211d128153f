import { storedHeads, writeHead } from '#audit';
import { EXIT, readArgs, UsageError, type Io } from '../cli.js';
import { withCompany } from '../with-company.js';
import { sealerOf } from './verify.js';

/** `audit heads`: covers what is recorded by a signed head, and prints all heads. */
export const heads = async (args: readonly string[], io: Io): Promise<number> => {
  const { values, positionals } = readArgs(args, { json: { type: 'boolean' } });
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not expected here.`);
  return withCompany(io, async (company) => {
    const sealer = sealerOf(company);
    await sealer.seal();
    for (const head of await storedHeads(company.database.pool)) {
      const { size, root, signedAt, key } = head;
      io.out(values.json ? `${writeHead(head)}\n` : `${size}  ${root}  ${signedAt}  ${key}\n`);
    }
    io.err(`Our public key:\n${sealer.publicPem}`);
    return EXIT.fine;
  });
};
