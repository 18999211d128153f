import { proofOf } from '#audit';
import { EXIT, readArgs, UsageError, type Io } from '../cli.js';
import { required, withCompany } from '../with-company.js';
import { sealerOf } from './verify.js';

/** `audit prove --payout X --payee Y`: prints a proof that anybody can check offline. */
export const prove = async (args: readonly string[], io: Io): Promise<number> => {
  const { values, positionals } = readArgs(args, {
    payout: { type: 'string' },
    payee: { type: 'string' },
    json: { type: 'boolean' },
  });
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not expected here.`);
  const asked = {
    payout: required('--payout', values.payout),
    payee: required('--payee', values.payee),
  };
  return withCompany(io, async (company) => {
    const sealer = sealerOf(company);
    await sealer.seal();
    const proof = await proofOf(company.store, company.database.pool, sealer.publicPem, asked);
    io.out(`${JSON.stringify(proof, undefined, values.json ? undefined : 2)}\n`);
    io.err('Check it with: node verify-proof.mjs PROOF.json\n');
    return EXIT.fine;
  });
};
