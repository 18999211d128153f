/**
 * Every reason for which a person's command can be refused: the code, the HTTP status that carries
 * it, and what it means. Closed: a code that is not here does not exist over HTTP, CLI or scenarios.
 */
export const REFUSAL_CODES = {
  Malformed: {
    http: 422,
    meaning: 'The command does not have the form that its description gives.',
  },
  UnknownCommand: { http: 422, meaning: 'There is no command of that name.' },
  RecordedInPast: {
    http: 409,
    meaning: 'It would be recorded before something that is recorded already.',
  },

  CalendarNotDefined: { http: 409, meaning: 'Nothing can be recorded before the fiscal calendar.' },
  CalendarDefinedDifferently: {
    http: 409,
    meaning: 'The company already has another fiscal calendar.',
  },
  PeriodNotNext: {
    http: 409,
    meaning: 'Fiscal months are closed in order, from the first of the calendar.',
  },

  PayeeNotFound: { http: 404, meaning: 'There is no such payee.' },
  PayeeAddedDifferently: {
    http: 409,
    meaning: 'A payee of that id is known with other particulars.',
  },
  PayeeForgotten: {
    http: 409,
    meaning: 'The personal data of the payee was forgotten, and none is recorded any more.',
  },
  PayeeNotSettled: {
    http: 409,
    meaning:
      'The payee is active, or something is open for him: he is not forgotten unless told so.',
  },
  ReasonNamesPayee: {
    http: 422,
    meaning: 'The reason for forgetting a payee stays for ever, and would name him.',
  },
  PersonalDataDecides: {
    http: 422,
    meaning: 'What is paid would depend on personal data, which can be forgotten.',
  },
  ReportingLineCycle: {
    http: 409,
    meaning: 'Somebody would be, directly or not, his own manager.',
  },

  AccountNotFound: { http: 404, meaning: 'There is no such account.' },
  TerritoryNotFound: { http: 404, meaning: 'There is no such territory.' },
  TerritoryDefinedDifferently: {
    http: 409,
    meaning: 'A territory of that id is known with other content.',
  },
  OwnersAboveWhole: {
    http: 409,
    meaning: 'The owners of a territory would have more than 100% on some day.',
  },
  PredicateInvalid: {
    http: 422,
    meaning: 'The rule is not a valid expression that is true or false.',
  },

  PlanNotFound: { http: 404, meaning: 'There is no such plan.' },
  PlanFaulty: { http: 422, meaning: 'The plan has faults, all of which are listed.' },
  PlanTestFailed: { http: 422, meaning: 'One of the tests that the plan carries does not pass.' },
  ComponentNotFound: { http: 404, meaning: 'There is no such component of a plan.' },
  ComponentShared: {
    http: 409,
    meaning: 'Two plans held at the same time would share a component id.',
  },
  ComponentWithoutRate: {
    http: 422,
    meaning: 'Only a component with a flat rate can have a personal one.',
  },
  QuotaOutsidePeriod: { http: 422, meaning: 'A quota can only change inside its own period.' },
  PeriodNotWindow: { http: 422, meaning: 'The period is not a window of the component.' },
  ObjectiveNotFound: { http: 404, meaning: 'The component has no such objective.' },
  MetricRecordedDifferently: {
    http: 409,
    meaning: 'A metric of that id is known with other content.',
  },
  EarningsAdjustedDifferently: {
    http: 409,
    meaning: 'An adjustment of that id is known with other content.',
  },

  DealNotFound: { http: 404, meaning: 'There is no such deal.' },
  DealBookedDifferently: { http: 409, meaning: 'A deal of that id was booked with other content.' },
  TeamNotWhole: { http: 422, meaning: 'The shares of a deal team do not total 100%.' },
  DealCancelled: { http: 409, meaning: 'The deal is cancelled from that day on.' },
  BeforeBooking: { http: 409, meaning: 'Nothing can happen to a deal before its booking date.' },
  PastAmendment: {
    http: 409,
    meaning: 'The deal was amended on an earlier or later date that contradicts it.',
  },
  InvoiceRecordedDifferently: {
    http: 409,
    meaning: 'An invoice of that id is known with other content.',
  },
  PaymentRecordedDifferently: {
    http: 409,
    meaning: 'A payment of that id is known with other content.',
  },
  CreditAdjustedDifferently: {
    http: 409,
    meaning: 'A manual credit of that id is known with other content.',
  },

  PayoutNotFound: { http: 404, meaning: 'There is no such payout.' },
  PayoutDraftedDifferently: {
    http: 409,
    meaning: 'A payout of that id was drafted with other content.',
  },
  PayoutStateForbids: {
    http: 409,
    meaning: 'The payout is not in a state in which this can be done.',
  },
  PayoutStale: {
    http: 409,
    meaning: 'Facts that change its amounts arrived after the draft: draft anew.',
  },
  MakerCannotCheck: {
    http: 403,
    meaning: 'Who made a payout, or is paid by it, cannot approve it.',
  },
  PayoutNeedsNotes: {
    http: 409,
    meaning: 'The approval policy asks for a note on what is unusual in the payout.',
  },
  ApproverRoleNeeded: {
    http: 403,
    meaning: 'The approval policy asks for approvers of other roles.',
  },

  DisputeNotFound: { http: 404, meaning: 'There is no such dispute.' },
  DisputeOpenedDifferently: {
    http: 409,
    meaning: 'A dispute of that id is known with other content.',
  },
  DisputeNotOverdue: {
    http: 409,
    meaning: 'The day until which it is to be decided has not passed.',
  },
  AttachmentTooLarge: { http: 413, meaning: 'The file is larger than evidence may be.' },
  AttachmentTypeRefused: {
    http: 415,
    meaning: 'The content or the name is none that evidence may have.',
  },
  AttachmentsTooMany: { http: 409, meaning: 'The dispute has as many attachments as it may have.' },
  AttachmentNotFound: {
    http: 404,
    meaning: 'There is no such attachment, or its content is not kept here.',
  },
  DisputeClosed: { http: 409, meaning: 'The dispute is resolved or withdrawn.' },
  StatementNotIssued: {
    http: 404,
    meaning: 'No statement of that period was issued to the payee.',
  },
  StatementReissued: {
    http: 409,
    meaning: 'Another statement of that period was issued in the meantime.',
  },
  NotYourStatement: { http: 403, meaning: 'Only the payee acknowledges his own statement.' },
  PeriodNotCalculated: {
    http: 409,
    meaning: 'Nothing is recorded yet in or after the period, so it is not calculated.',
  },
  OwnRole: { http: 403, meaning: 'Nobody grants a role to himself.' },
  KeyNotFound: { http: 404, meaning: 'There is no such API key.' },
  KeyCreatedDifferently: { http: 409, meaning: 'A key of that id was made with other content.' },
  KeyNotMade: { http: 422, meaning: 'A key is made where it is shown once, and is not imported.' },
  KeyLifeOutside: { http: 422, meaning: 'A key is valid for a day at least and a year at most.' },
  OwnDispute: { http: 403, meaning: 'Nobody resolves a dispute about himself.' },
} as const satisfies Readonly<Record<string, { http: number; meaning: string }>>;

/** The name of a reason for refusal. */
export type RefusalCode = keyof typeof REFUSAL_CODES;
