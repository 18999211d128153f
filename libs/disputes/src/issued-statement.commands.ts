import { IsId, IsMatching, IsPeriod, IsText } from '#kernel';

const optional = { optional: true };

/** `issue-statement`: what a payee's statement of a period says now is given to him, for ever. */
export class IssueStatement {
  @IsId() readonly payee!: string;
  @IsPeriod() readonly period!: string;
}

/** `acknowledge-statement`: the payee has seen the statement that was issued last. */
export class AcknowledgeStatement {
  @IsId() readonly payee!: string;
  @IsPeriod() readonly period!: string;
  /** Names the statement that he saw; the one issued last where it is not said. */
  @IsMatching(/^[0-9a-f]{64}$/, 'a SHA-256 in 64 hexadecimal digits', optional)
  readonly sha256?: string;
  @IsText(optional) readonly text?: string;
}
