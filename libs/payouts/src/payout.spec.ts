import { Exact, type KnownPayouts } from '#kernel';
import type { Payout } from '#ledger';
import { Company, command, given } from '#testing';
import { approvalNeeded, payout, type PayoutCommand, type PayoutEvent } from './index.js';

const draft = { id: 'run', through: 'FY2026-M01' };
const step = { payout: 'run' };
const drafted: PayoutEvent = { type: 'PayoutDrafted', data: { ...draft, by: 'dora' } };
const submitted: PayoutEvent = { type: 'PayoutSubmitted', data: { ...step, by: 'sam' } };
const approved: PayoutEvent = { type: 'PayoutApproved', data: { ...step, by: 'amy' } };
const rejected: PayoutEvent = { type: 'PayoutRejected', data: { ...step, by: 'amy' } };
const paid: PayoutEvent = { type: 'PayoutConfirmed', data: { ...step, by: 'pat' } };
const reversed: PayoutEvent = { type: 'PayoutReversed', data: { ...step, by: 'pat' } };

const HISTORIES: Readonly<Record<string, readonly PayoutEvent[]>> = {
  draft: [drafted],
  submitted: [drafted, submitted],
  approved: [drafted, submitted, approved],
  rejected: [drafted, submitted, rejected],
  paid: [drafted, submitted, approved, paid],
  reversed: [drafted, submitted, approved, paid, reversed],
};

const STEPS = [
  'submit-payout',
  'approve-payout',
  'reject-payout',
  'confirm-payout',
  'reverse-payout',
] as const;
type StepName = (typeof STEPS)[number];
const no = 'PayoutStateForbids';

// What each step comes to in each state: an event, nothing, or a refusal.
const TABLE: Readonly<Record<string, readonly string[]>> = {
  draft: ['PayoutSubmitted', no, 'PayoutRejected', no, no],
  submitted: ['', 'PayoutApproved', 'PayoutRejected', no, no],
  approved: [no, '', no, 'PayoutConfirmed', 'PayoutReversed'],
  rejected: [no, no, '', no, no],
  paid: [no, no, no, '', 'PayoutReversed'],
  reversed: [no, no, no, no, ''],
};

describe('a payout', () => {
  it('is drafted with what was computed for it', () =>
    given(payout)()
      .when({ ...command('draft-payout', draft, 'dora'), with: { root: 'abc' } })
      .then({ type: 'PayoutDrafted', data: { ...draft, root: 'abc', by: 'dora' } as never }));
  it('is drafted once', () => {
    given(payout)(drafted)
      .when(command('draft-payout', draft, 'max'))
      .thenNothing();
    given(payout)(drafted)
      .when(command('draft-payout', { ...draft, through: 'FY2026-M02' }))
      .thenRefuses('PayoutDraftedDifferently');
  });

  const cases = Object.entries(TABLE).flatMap(([state, outcomes]) =>
    STEPS.map((name, i) => [state, name, outcomes[i] as string] as const),
  );
  it.each(cases)('%s, then %s: %s', (state, name, outcome) => {
    const of = command(name, step, 'zoe') as Extract<PayoutCommand, { type: StepName }>;
    const when = given(payout)(...(HISTORIES[state] as readonly PayoutEvent[])).when(of);
    if (outcome === '') when.thenNothing();
    else if (outcome === no) when.thenRefuses(no);
    else when.then({ type: outcome, data: { ...step, by: 'zoe' } } as PayoutEvent);
  });
  it.each(STEPS)('must be drafted before %s', (name) =>
    given(payout)()
      .when(command(name, step) as PayoutCommand)
      .thenRefuses('PayoutNotFound'),
  );

  it('is not approved by who submitted it', () =>
    given(payout)(drafted, submitted)
      .when(command('approve-payout', step, 'sam'))
      .thenRefuses('MakerCannotCheck'));
  it('is not approved by its submitter under another login of the same payee', () => {
    const byAna: PayoutEvent = {
      type: 'PayoutSubmitted',
      data: { ...step, by: 'ana@x', byPayee: 'ana' },
    };
    const history = given(payout)(drafted, byAna);
    history
      .when({ ...command('approve-payout', step, 'ana@y'), payee: 'ana' })
      .thenRefuses('MakerCannotCheck');
    history.when(command('approve-payout', step, 'ana')).thenRefuses('MakerCannotCheck');
  });
  it('may be rejected by who submitted it', () =>
    given(payout)(drafted, submitted)
      .when(command('reject-payout', step, 'sam'))
      .then({ type: 'PayoutRejected', data: { ...step, by: 'sam' } }));
});

describe('a payout that needs two approvers', () => {
  const first: PayoutEvent = {
    type: 'PayoutApproved',
    data: { ...step, by: 'amy', byPayee: 'ann', approvers: 2 },
  };
  const approve = (by: string, payee?: string) => ({
    ...command('approve-payout', step, by),
    with: { approvers: 2 },
    ...(payee && { payee }),
  });
  const once = given(payout)(drafted, submitted, first);

  it('stays submitted after the first, and cannot be confirmed yet', () =>
    once.when(command('confirm-payout', step, 'pat')).thenRefuses(no));
  it('is approved by another', () =>
    once
      .when(approve('bea'))
      .then({ type: 'PayoutApproved', data: { ...step, approvers: 2, by: 'bea' } }));
  it('hears the first one only once, under whatever login', () => {
    once.when(approve('amy')).thenNothing();
    once.when(approve('amy@home', 'ann')).thenRefuses('MakerCannotCheck');
    once.when(approve('ann')).thenRefuses('MakerCannotCheck');
  });
  it('is confirmed after the second', () => {
    const second: PayoutEvent = {
      type: 'PayoutApproved',
      data: { ...step, by: 'bea', approvers: 2 },
    };
    const twice = given(payout)(drafted, submitted, first, second);
    twice.when(approve('zoe')).thenNothing();
    twice
      .when(command('confirm-payout', step, 'pat'))
      .then({ type: 'PayoutConfirmed', data: { ...step, by: 'pat' } });
  });
  it('can still be rejected after the first', () =>
    once
      .when(command('reject-payout', step, 'bea'))
      .then({ type: 'PayoutRejected', data: { ...step, by: 'bea' } }));
});

describe('how many approvers a payout needs', () => {
  const rules = [
    { above: '50000', approvers: 2, roles: ['approver'] as const },
    { above: '1000000', approvers: 2, roles: ['approver', 'comp-admin'] as const },
    { above: '0', approvers: 1 },
  ];
  const run = (id: string, amounts: string[], status = 'submitted', through = 0): Payout => ({
    id,
    status: status as Payout['status'],
    through,
    amounts: amounts.map((amount, i) => ({
      payee: 'ana',
      currency: ['USD', 'EUR'][i] as string,
      amount: Exact.from(amount).times(Exact.from('100')).round(0),
    })),
  });
  const needed = (...amounts: string[]) => {
    const { approvers, roles = [] } = approvalNeeded(rules, [run('p', amounts)], 'p');
    return [approvers, ...roles].join(' ');
  };
  it.each([
    ['1', ['0.01']],
    ['1', ['50000.00']],
    ['2 approver', ['50000.01']],
    ['2 approver comp-admin', ['1000000.01']],
    ['2 approver', ['20', '60000']],
    ['1', []],
  ])('%s for sums of %j', (expected, amounts) => expect(needed(...amounts)).toBe(expected));
  it('is one where no policy says otherwise', () =>
    expect(approvalNeeded([], [run('p', ['9'])], 'p')).toEqual({ approvers: 1 }));

  describe('counts what was drafted before through the same month', () => {
    const among = (...before: Payout[]) =>
      approvalNeeded(rules, [...before, run('p', ['30000'])], 'p');
    it.each(['draft', 'submitted', 'approved', 'paid'])('where it is %s', (status) =>
      expect(among(run('a', ['30000'], status))).toMatchObject({
        approvers: 2,
        countedWith: ['a'],
      }),
    );
    it.each(['rejected', 'stale', 'reversed'])('not where it is %s', (status) =>
      expect(among(run('a', ['30000'], status))).toEqual({ approvers: 1 }),
    );
    it('not of another month, not what was drafted later', () => {
      expect(among(run('a', ['30000'], 'paid', 1))).toEqual({ approvers: 1 });
      const later = [run('p', ['30000']), run('b', ['30000'])];
      expect(approvalNeeded(rules, later, 'p')).toEqual({ approvers: 1 });
    });
    it('each currency by itself', () =>
      expect(among(run('a', ['0', '30000']))).toEqual({ approvers: 1, countedWith: ['a'] }));
    it('up to the last that was approved as the rule asks', () => {
      const above = [run('a', ['30000'], 'paid'), run('b', ['30000'], 'approved')];
      expect(among(...above)).toEqual({ approvers: 1 });
      expect(among(...above, run('c', ['30000'], 'draft'))).toMatchObject({
        approvers: 2,
        countedWith: ['c'],
      });
      // One that waits for its second approver covers nothing yet.
      expect(among(run('a', ['60000'], 'submitted'))).toMatchObject({ approvers: 2 });
    });
  });
});

describe('payouts among the other facts', () => {
  const known = (fields: Partial<KnownPayouts> = {}): KnownPayouts => ({
    isStale: () => false,
    payeesOf: () => ['ana'],
    makersOf: () => ['imp'],
    approvalOf: () => ({ approvers: 1 }),
    unnotedOf: () => [],
    ...fields,
  });
  const start = (payouts = known()) => {
    const made = new Company(payouts);
    made.record({ 'define-calendar': { start: '2026-01-01' } });
    const ana = {
      id: 'ana',
      name: 'Ana',
      hiredOn: '2025-01-01',
      currency: 'USD',
      email: 'Ana@acme.example',
    };
    made.record({ 'add-payee': ana });
    made.record({ 'draft-payout': draft, by: 'dora' });
    return made;
  };

  it('pay payees who exist', () => {
    expect(start().outcome({ 'draft-payout': { ...draft, id: 'r2', payees: ['bob'] } })).toBe(
      'PayeeNotFound',
    );
    expect(
      start().outcome({ 'draft-payout': { ...draft, id: 'r2', payees: ['ana', 'ana'] } }),
    ).toBe('Malformed');
  });
  it.each([
    ['sam', 'MakerCannotCheck'],
    ['ana', 'MakerCannotCheck'],
    ['ana@acme.example', 'MakerCannotCheck'],
    ['imp', 'MakerCannotCheck'],
    ['amy', 'recorded'],
  ])('are not approved by who made them or is paid by them: %s', (by, outcome) => {
    const made = start();
    made.record({ 'submit-payout': step, by: 'sam' });
    expect(made.outcome({ 'approve-payout': step, by })).toBe(outcome);
  });
  it.each([
    [undefined, undefined, 'recorded'],
    ['approver', undefined, 'recorded'],
    ['comp-admin', undefined, 'ApproverRoleNeeded'],
    ['comp-admin', ['comp-admin'], 'recorded'],
    ['approver', ['comp-admin'], 'ApproverRoleNeeded'],
    [undefined, ['approver'], 'ApproverRoleNeeded'],
  ])('are approved by a login as %s where the policy names %j: %s', (role, roles, outcome) => {
    const made = start(known({ approvalOf: () => ({ approvers: 1, ...(roles && { roles }) }) }));
    made.record({ 'submit-payout': step, by: 'sam' });
    expect(made.outcome({ 'approve-payout': step, by: 'amy', ...(role && { role }) })).toBe(
      outcome,
    );
  });
  it('say with each approval how many it needs', () => {
    const made = start(known({ approvalOf: () => ({ approvers: 2 }) }));
    made.record({ 'submit-payout': step, by: 'sam' });
    expect(made.record({ 'approve-payout': step, by: 'amy' })).toEqual([
      { type: 'PayoutApproved', data: { ...step, approvers: 2, by: 'amy' } },
    ]);
    expect(made.outcome({ 'confirm-payout': step })).toBe('PayoutStateForbids');
    expect(made.outcome({ 'approve-payout': step, by: 'bea' })).toBe('recorded');
    expect(made.outcome({ 'confirm-payout': step })).toBe('recorded');
  });
  it('that are stale go no further, but can be rejected', () => {
    const made = start(known({ isStale: () => true }));
    expect(made.outcome({ 'submit-payout': step })).toBe('PayoutStale');
    expect(made.outcome({ 'reject-payout': step })).toBe('recorded');
  });
  it('that became stale after they were submitted or approved go no further', () => {
    let stale = false;
    const made = start(known({ isStale: () => stale }));
    made.record({ 'submit-payout': step, by: 'sam' });
    stale = true;
    expect(made.outcome({ 'approve-payout': step, by: 'amy' })).toBe('PayoutStale');
    stale = false;
    made.record({ 'approve-payout': step, by: 'amy' });
    stale = true;
    expect(made.outcome({ 'confirm-payout': step })).toBe('PayoutStale');
    expect(made.outcome({ 'reverse-payout': step })).toBe('PayoutStale');
  });
});
