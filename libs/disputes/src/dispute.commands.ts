import {
  AtLeastOne,
  Holds,
  IsCount,
  IsDay,
  IsId,
  IsMatching,
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

/** The largest file that is taken as evidence, in bytes. */
export const ATTACHMENT_BYTES = 10 * 1024 * 1024;

/** What evidence may be: its media type, and the endings of names that go with it. */
export const ATTACHMENT_TYPES = {
  'application/pdf': ['pdf'],
  'image/png': ['png'],
  'image/jpeg': ['jpg', 'jpeg'],
  'image/gif': ['gif'],
  'text/plain': ['txt', 'csv', 'eml'],
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': ['xlsx'],
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': ['docx'],
} as const;
export type AttachmentType = keyof typeof ATTACHMENT_TYPES;

// No folder, no control or direction mark, nothing that begins or ends unseen.
const FILE_NAME = /^(?![\s.])[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\:*?"<>|]{1,150}(?<![\s.])$/u;

/** `attach-evidence`: a file that speaks for somebody; the log names its content, and keeps it not. */
export class AttachEvidence {
  @IsId() readonly dispute!: string;
  @IsMatching(
    FILE_NAME,
    'a file name of up to 150 characters, without folders, such as "order.pdf"',
  )
  readonly name!: string;
  @IsOneOf(Object.keys(ATTACHMENT_TYPES)) readonly mediaType!: AttachmentType;
  @IsCount(1, ATTACHMENT_BYTES) readonly bytes!: number;
  @IsMatching(/^[0-9a-f]{64}$/, 'a SHA-256 in 64 hexadecimal digits') readonly sha256!: string;
}

/** `escalate-dispute`: its day has passed; now it is for whom it goes to then. */
export class EscalateDispute {
  @IsId() readonly dispute!: string;
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
