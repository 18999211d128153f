import { keyName, readHeads, readPublicKey, verifyLog, type SignedHead } from '#audit';
import type { OpenCompany } from '../../../worker/src/company.js';
import { EXIT, readArgs, UsageError, type Io } from '../cli.js';
import { withCompany } from '../with-company.js';
import { collectYoungGarbageEarly } from '../young-garbage.js';

const OPTIONS = {
  head: { type: 'string', multiple: true },
  key: { type: 'string', multiple: true },
  json: { type: 'boolean' },
} as const;

const readable = <T>(read: (file: string) => T, file: string, what: string): T => {
  try {
    return read(file);
  } catch (error) {
    throw new UsageError(`${what} ${file}: ${(error as Error).message}`);
  }
};

/** What a company keeps that signs, which a verb of the command line always has. */
export const sealerOf = ({ sealer }: OpenCompany): NonNullable<OpenCompany['sealer']> => {
  if (!sealer) throw new Error('This company has no home folder, and so no seal.');
  return sealer;
};

/** `audit verify [--head FILE] [--key FILE]`. */
export const verify = async (args: readonly string[], io: Io): Promise<number> => {
  const { values, positionals } = readArgs(args, OPTIONS);
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not expected here.`);
  const given: SignedHead[] = (values.head ?? []).flatMap((file) =>
    readable(readHeads, file, '--head'),
  );
  const givenKeys = (values.key ?? []).map((file) => readable(readPublicKey, file, '--key'));
  collectYoungGarbageEarly();
  return withCompany(io, async (company) => {
    const sealer = sealerOf(company);
    let kept: SignedHead[];
    try {
      kept = sealer.folder.all();
    } catch (error) {
      io.err(
        `The heads that were kept outside the database cannot be read: ${(error as Error).message}\n`,
      );
      return EXIT.unverified;
    }
    const keys =
      givenKeys.length > 0 ? new Map(givenKeys.map((key) => [keyName(key), key])) : sealer.keys;
    const verdict = await verifyLog({
      store: company.store,
      pool: company.database.pool,
      outside: [...kept, ...given],
      keys,
      ...(io.isWatched && { progress: (events: bigint) => io.err(`\r${events} events   `) }),
    });
    if (io.isWatched) io.err('\n');
    const { events, covered, heads, difference } = verdict;
    if (difference) {
      const { position, says } = difference;
      io.out(
        values.json
          ? `${JSON.stringify({ verified: false, position: Number(position), says })}\n`
          : `${position}\n`,
      );
      io.err(`The log differs from what was signed, first at position ${position}: ${says}.\n`);
      company.leaveUnsealed();
      return EXIT.unverified;
    }
    if (kept.length === 0 && covered > 0n) io.err('No head was kept outside the database.\n');
    const summary = { verified: true, events: Number(events), covered: Number(covered), heads };
    if (values.json) io.out(`${JSON.stringify(summary)}\n`);
    io.err(
      `${events} events are what was recorded; ${heads} signed heads cover ${covered} of them.\n`,
    );
    return EXIT.fine;
  });
};
