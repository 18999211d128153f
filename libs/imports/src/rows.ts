/** What is wrong with a row as it stands in its file, before it means anything. */
export interface RowFault {
  /** The character in its line, counted from 1, where the trouble begins. */
  readonly column: number;
  readonly message: string;
}

/** A record of a CSV file: its cells, or what is wrong with it. */
export interface Row {
  /** The line, counted from 1, on which it begins. */
  readonly line: number;
  readonly cells: readonly string[];
  readonly fault?: RowFault;
}

/** A line of a file of one JSON object a line. */
export interface Line {
  readonly line: number;
  readonly text: string;
  readonly fault?: RowFault;
}

/**
 * The most that one record may hold, in characters; what is longer is refused without being kept in
 * memory.
 */
export const RECORD_AT_MOST = 1_000_000;

/** Stands for bytes that are not text in the file's encoding. */
export const BROKEN = '\uFFFD';
