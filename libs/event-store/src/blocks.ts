/** How many events one block is about. */
export const BLOCK = 1000;

/**
 * Where a thousand events stand in `$all`: the first one has `position`, the next one the position after it. It never
 * changes, follows from the log alone, and can be made again from it.
 */
export interface Block {
  readonly position: bigint;
  readonly commits: readonly bigint[];
  /** The categories of its events, each once; undefined where nobody has noted them. */
  readonly categories: readonly string[] | undefined;
}

/** A part of the log: after a position, up to and with another. */
export interface Span {
  readonly after: bigint;
  readonly upTo: bigint;
}

/** Keeps blocks. */
export interface Blocks {
  last(): Promise<Block | undefined>;
  /** The block that a position is in. */
  at(position: bigint): Promise<Block | undefined>;
  /** The blocks in which these places of `$all` are, if they are in any. */
  holding(commits: readonly bigint[]): Promise<readonly Block[]>;
  /** The positions, in order, of the blocks after that of a position in which events of some categories may be. */
  withAny(categories: readonly string[], from: bigint): Promise<readonly bigint[]>;
  /** Throws `AnotherLog` where something else is kept already. */
  keep(block: Block): Promise<void>;
}

/** The rows were made from another log than the one that is read now: nothing may be added to either. */
export class AnotherLog extends Error {
  override readonly name = 'AnotherLog';

  constructor(found: string) {
    super(
      `The database was filled from another log than EVENT_STORE names: ${found}. Name that log again, or give DATABASE_URL an empty database.`,
    );
  }
}

/** Blocks of a log that is read once. */
export class MemoryBlocks implements Blocks {
  private readonly blocks: Block[] = [];

  async last(): Promise<Block | undefined> {
    return this.blocks.at(-1);
  }

  async at(position: bigint): Promise<Block | undefined> {
    return this.blocks[Number((position - 1n) / BigInt(BLOCK))];
  }

  async holding(commits: readonly bigint[]): Promise<readonly Block[]> {
    const found = commits.map((commit) =>
      this.blocks.findLast(({ commits: [first] }) => first !== undefined && first <= commit),
    );
    return [...new Set(found)].filter((block) => block !== undefined);
  }

  async withAny(categories: readonly string[], from: bigint): Promise<readonly bigint[]> {
    return this.blocks
      .filter((block) => block.position >= from && mayHold(block, categories))
      .map(({ position }) => position);
  }

  async keep(block: Block): Promise<void> {
    this.blocks.push(block);
  }
}

const mayHold = ({ categories }: Block, wanted: readonly string[]): boolean =>
  categories?.some((category) => wanted.includes(category)) ?? true;

/** The first position of the block that a position is in. */
export const blockOf = (position: bigint): bigint =>
  ((position - 1n) / BigInt(BLOCK)) * BigInt(BLOCK) + 1n;

// To begin to read somewhere else costs the server about as much as to read this far.
const GAP = 3n * BigInt(BLOCK);

/**
 * The parts of a span that are to be read where only these blocks hold what is wanted; what follows on the last kept
 * position is in no block yet, and always read.
 */
export const spansOf = (
  { after, upTo }: Span,
  positions: readonly bigint[],
  kept: bigint,
): Span[] => {
  const blocks = positions.map((first): Span => ({
    after: first - 1n,
    upTo: first + BigInt(BLOCK) - 1n,
  }));
  const spans: Span[] = [];
  for (const part of [...blocks, { after: kept, upTo }]) {
    const begin = part.after > after ? part.after : after;
    const end = part.upTo < upTo ? part.upTo : upTo;
    if (end <= begin) continue;
    const last = spans.at(-1);
    if (last && begin - last.upTo <= GAP) spans[spans.length - 1] = { ...last, upTo: end };
    else spans.push({ after: begin, upTo: end });
  }
  return spans;
};
