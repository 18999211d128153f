import { command, company, given } from '#testing';
import { claim, decision, opened, resolved } from './dispute.fixtures.js';
import {
  dispute,
  waitingOn,
  type AssignDispute,
  type Dispute,
  type DisputeEvent,
} from './index.js';

const withdrawn: DisputeEvent = { type: 'DisputeWithdrawn', data: { dispute: 'x1', by: 'ana' } };
const task: AssignDispute = { dispute: 'x1', to: 'max', due: '2026-03-10', escalateTo: 'boss' };
const assigned: DisputeEvent = { type: 'DisputeAssigned', data: { ...task, by: 'max' } };
const stateAfter = (...events: readonly DisputeEvent[]): Dispute =>
  events.reduce<Dispute | undefined>(
    (state, event) => dispute.evolve(state, event),
    undefined,
  ) as Dispute;
const remark = { dispute: 'x1', text: 'See the mail.' };

describe('a dispute', () => {
  it('is opened once', () => {
    given(dispute)()
      .when(command('open-dispute', claim, 'ana'))
      .then(opened);
    given(dispute)(opened)
      .when(command('open-dispute', claim, 'max'))
      .thenNothing();
    given(dispute)(opened)
      .when(command('open-dispute', { ...claim, claim: 'Or was it?' }))
      .thenRefuses('DisputeOpenedDifferently');
  });
  it.each([
    command('comment-dispute', remark),
    command('assign-dispute', task),
    command('resolve-dispute', decision),
    command('withdraw-dispute', { dispute: 'x1' }),
  ])('must be open before anything else: $type', (of) =>
    given(dispute)().when(of).thenRefuses('DisputeNotFound'),
  );
  it('is talked about while it is open', () => {
    given(dispute)(opened)
      .when(command('comment-dispute', remark, 'max'))
      .then({ type: 'DisputeCommented', data: { ...remark, by: 'max' } });
    given(dispute)(opened, resolved)
      .when(command('comment-dispute', remark))
      .thenRefuses('DisputeClosed');
  });
  it('keeps a remark that is sent twice once', () =>
    given(dispute)(opened, { type: 'DisputeCommented', data: { ...remark, by: 'max' } })
      .when(command('comment-dispute', remark, 'max'))
      .thenNothing());
  it('pins the statement that it talks about, which is not what is said again', () => {
    const statement = { period: 'FY2026-M01', position: 7, sha256: 'abc' };
    const pinned: DisputeEvent = {
      type: 'DisputeOpened',
      data: { ...claim, statement, by: 'ana' },
    };
    given(dispute)()
      .when({ ...command('open-dispute', claim, 'ana'), with: { statement } })
      .then(pinned);
    given(dispute)(pinned)
      .when(command('open-dispute', claim, 'ana'))
      .thenNothing();
  });
  it('is assigned while it is open, and never to the payee whom it is about', () => {
    given(dispute)(opened)
      .when(command('assign-dispute', task, 'max'))
      .then(assigned);
    given(dispute)(opened, assigned)
      .when(command('assign-dispute', task, 'zoe'))
      .thenNothing();
    given(dispute)(opened, assigned)
      .when(command('assign-dispute', { dispute: 'x1', to: 'zoe' }, 'max'))
      .then({ type: 'DisputeAssigned', data: { dispute: 'x1', to: 'zoe', by: 'max' } });
    given(dispute)(opened)
      .when(command('assign-dispute', { ...task, to: 'ana' }))
      .thenRefuses('OwnDispute');
    given(dispute)(opened)
      .when(command('assign-dispute', { ...task, escalateTo: 'ana' }))
      .thenRefuses('OwnDispute');
    given(dispute)(opened, resolved)
      .when(command('assign-dispute', task))
      .thenRefuses('DisputeClosed');
  });
  it.each([
    ['2026-03-10', { due: '2026-03-10', overdue: false, responsible: 'max' }],
    ['2026-03-11', { due: '2026-03-10', overdue: true, responsible: 'boss' }],
  ])('waits for whom it was assigned to, then for whom it goes to: on %s', (day, expected) =>
    expect(waitingOn(stateAfter(opened, assigned), day)).toEqual(expected),
  );
  it('waits for nobody before it is assigned, nor once it is closed', () => {
    expect(waitingOn(stateAfter(opened), '2026-03-11')).toEqual({ overdue: false });
    expect(waitingOn(stateAfter(opened, assigned, resolved), '2026-03-11')).toBeUndefined();
  });
  it('is resolved by somebody else', () =>
    given(dispute)(opened)
      .when(command('resolve-dispute', decision, 'max'))
      .then(resolved));
  it('is never resolved by the payee whom it is about, whoever opened it', () => {
    given(dispute)(opened)
      .when(command('resolve-dispute', decision, 'ana'))
      .thenRefuses('OwnDispute');
    const forHer: DisputeEvent = { type: 'DisputeOpened', data: { ...claim, by: 'boss' } };
    given(dispute)(forHer)
      .when(command('resolve-dispute', decision, 'ana'))
      .thenRefuses('OwnDispute');
    given(dispute)(forHer)
      .when(command('resolve-dispute', decision, 'boss'))
      .then({ type: 'DisputeResolved', data: { ...decision, by: 'boss' } });
  });
  it('is not resolved by her under another login of hers', () =>
    given(dispute)(opened)
      .when({ ...command('resolve-dispute', decision, 'ana.ruiz@example.com'), payee: 'ana' })
      .thenRefuses('OwnDispute'));
  it('is resolved once', () => {
    given(dispute)(opened, resolved)
      .when(command('resolve-dispute', decision, 'max'))
      .thenNothing();
    given(dispute)(opened, resolved)
      .when(command('resolve-dispute', { ...decision, outcome: 'upheld' as const }, 'max'))
      .thenRefuses('DisputeClosed');
  });
  it('is withdrawn once, and then closed', () => {
    given(dispute)(opened)
      .when(command('withdraw-dispute', { dispute: 'x1' }, 'ana'))
      .then(withdrawn);
    given(dispute)(opened, withdrawn)
      .when(command('withdraw-dispute', { dispute: 'x1' }))
      .thenNothing();
    given(dispute)(opened, withdrawn)
      .when(command('resolve-dispute', decision))
      .thenRefuses('DisputeClosed');
    given(dispute)(opened, resolved)
      .when(command('withdraw-dispute', { dispute: 'x1' }))
      .thenRefuses('DisputeClosed');
  });
});

describe('the day until which a dispute is to be decided', () => {
  const due: DisputeEvent = {
    type: 'DisputeOpened',
    data: { ...claim, due: '2026-01-15', to: 'dana', escalateTo: 'cfo', by: 'ana' },
  };
  const on = (day: string, by = 'everycent') => ({
    ...command('escalate-dispute', { dispute: 'x1' }, by),
    recorded: `${day}T08:00:00Z`,
  });
  const escalated: DisputeEvent = {
    type: 'DisputeEscalated',
    data: { dispute: 'x1', due: '2026-01-15', to: 'cfo', by: 'everycent' },
  };

  it('is recorded as past once, and only when it is', () => {
    given(dispute)(due).when(on('2026-01-15')).thenRefuses('DisputeNotOverdue');
    given(dispute)(opened).when(on('2026-01-15')).thenRefuses('DisputeNotOverdue');
    given(dispute)(due).when(on('2026-01-16')).then(escalated);
    given(dispute)(due, escalated).when(on('2026-01-17')).thenNothing();
    given(dispute)(due, resolved).when(on('2026-01-17')).thenRefuses('DisputeClosed');
  });
  it('begins anew with who it is given to', () => {
    const state = stateAfter(due, escalated, assigned);
    expect(waitingOn(state, '2026-03-10')).toEqual({
      due: '2026-03-10',
      overdue: false,
      responsible: 'max',
    });
    expect(state.escalated).toBe(false);
    const dayless: DisputeEvent = {
      type: 'DisputeAssigned',
      data: { dispute: 'x1', to: 'max', by: 'dana' },
    };
    expect(waitingOn(stateAfter(due, dayless), '2026-01-16')).toMatchObject({
      due: '2026-01-15',
      overdue: true,
    });
  });
  it('is fourteen days after the opening, or what the policy says; nobody’s own task', () => {
    const base = [
      { 'define-calendar': { start: '2026-01-01' } },
      { 'add-payee': { id: 'ana', name: 'Ana', hiredOn: '2025-01-01', currency: 'USD' } },
    ];
    expect(company(...base).record({ 'open-dispute': claim })).toMatchObject([
      { data: { due: '2026-01-15' } },
    ]);
    const policy = { disputes: { days: 30, to: 'dana', escalateTo: 'ana' }, from: 'FY2026-M01' };
    const [event] = company(...base, { 'set-policy': policy }).record({ 'open-dispute': claim });
    expect(event?.data).toMatchObject({ due: '2026-01-31', to: 'dana' });
    expect(event?.data).not.toHaveProperty('escalateTo');
  });
});
