import {
  AtLeastOne,
  Holds,
  IsDay,
  IsId,
  IsMoney,
  IsOneOf,
  IsPart,
  IsPeriod,
  IsStep,
  IsText,
} from '#kernel';

const optional = { optional: true };

/** What a dispute is about: a deal (whose credit may be missing), a component, a period. */
@AtLeastOne('deal', 'component', 'period')
export class DisputeSubject {
  @IsId(optional) readonly deal?: string;
  @IsId(optional) readonly component?: string;
  @IsPeriod(optional) readonly period?: string;
}

/** `open-dispute`: a payee says that something is wrong. */
export class OpenDispute {
  @IsId() readonly id!: string;
  @IsId() readonly payee!: string;
  @IsPart(() => DisputeSubject) readonly about!: DisputeSubject;
  @IsText() readonly claim!: string;
  @IsMoney(optional) readonly expected?: string;
}

/** `comment-dispute`: a word in the thread. */
export class CommentDispute {
  @IsId() readonly dispute!: string;
  @IsText() readonly text!: string;
}

/**
 * `assign-dispute`: who is to look into it, and by when; after that day it is for whom it goes to
 * then.
 */
@Holds(
  ['escalateTo', 'due'],
  'escalateTo only with a day on which it is due',
  ({ escalateTo, due }) => escalateTo === undefined || due !== undefined,
)
export class AssignDispute {
  @IsId() readonly dispute!: string;
  @IsId() readonly to!: string;
  @IsDay(optional) readonly due?: string;
  @IsId(optional) readonly escalateTo?: string;
}

/** What the remedy of a dispute can be: a step of the language. */
export type Remedy =
  Readonly<Record<'adjust-credit', object>> | Readonly<Record<'adjust-earnings', object>>;

/** `resolve-dispute`: the decision, and what is recorded because of it. */
@Holds(
  ['remedy', 'outcome'],
  'no remedy where the dispute is denied',
  ({ remedy, outcome }) => remedy === undefined || outcome !== 'denied',
)
export class ResolveDispute {
  @IsId() readonly dispute!: string;
  @IsText(optional) readonly text?: string;
  @IsOneOf(['upheld', 'partly-upheld', 'denied'])
  readonly outcome!: 'upheld' | 'partly-upheld' | 'denied';
  @IsStep(['adjust-credit', 'adjust-earnings'], optional) readonly remedy?: Remedy;
}

/** `withdraw-dispute`: who opened it no longer asks for a decision. */
export class WithdrawDispute {
  @IsId() readonly dispute!: string;
  @IsText(optional) readonly text?: string;
}
