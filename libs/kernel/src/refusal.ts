import type { RefusalCode } from './refusal-codes.js';

/** A person's command that a rule does not allow: a code of the closed list, and plain English. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly code: RefusalCode,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** Refuses: throws a `Refusal`. Typed as `never`, so that a rule can end with it. */
export const refuse = (
  code: RefusalCode,
  message: string,
  details?: Readonly<Record<string, unknown>>,
): never => {
  throw new Refusal(code, message, details);
};
