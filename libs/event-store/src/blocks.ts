/** How many events one block is about. */
export const BLOCK = 1000;

/**
 * Where a thousand events stand in `$all`: the first one has `position`, the next one the position after it. It never
 * changes, follows from the log alone, and can be made again from it.
 */
export interface Block {
  readonly position: bigint;
  readonly commits: readonly bigint[];
}

/** Keeps blocks. */
export interface Blocks {
  last(): Promise<Block | undefined>;
  /** The block that a position is in. */
  at(position: bigint): Promise<Block | undefined>;
  /** The blocks in which these places of `$all` are, if they are in any. */
  holding(commits: readonly bigint[]): Promise<readonly Block[]>;
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

  async keep(block: Block): Promise<void> {
    this.blocks.push(block);
  }
}
