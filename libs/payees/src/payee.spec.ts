import { command, company, given } from '#testing';
import { payee, type AddPayee, type PayeeEvent } from './index.js';

const ana: AddPayee = { id: 'ana', name: 'Ana', hiredOn: '2025-01-01', currency: 'USD' };
const added: PayeeEvent = { type: 'PayeeAdded', data: ana };
const leave = { payee: 'ana', from: '2026-02-01', to: '2026-02-10' };
const promotion = { payee: 'ana', on: '2026-03-01', role: 'lead' };

describe('a payee', () => {
  it('is added', () => given(payee)().when(command('add-payee', ana)).then(added));
  it('is added once', () => given(payee)(added).when(command('add-payee', ana)).thenNothing());
  it('is not silently changed', () =>
    given(payee)(added)
      .when(command('add-payee', { ...ana, name: 'Anna' }))
      .thenRefuses('PayeeAddedDifferently'));
  it.each([
    command('change-payee', promotion),
    command('record-leave', leave),
    command('terminate-payee', { payee: 'ana', on: '2026-06-01' }),
  ])('must be known before anything is said of him: $type', (of) =>
    given(payee)().when(of).thenRefuses('PayeeNotFound'),
  );

  it('changes from a day on', () =>
    given(payee)(added)
      .when(command('change-payee', promotion))
      .then({ type: 'PayeeChanged', data: promotion }));
  it('does not change by what is known of that day', () =>
    given(payee)(
      added,
      { type: 'PayeeChanged', data: promotion },
      { type: 'PayeeChanged', data: { payee: 'ana', on: '2026-03-01', manager: 'cy' } },
    )
      .when(command('change-payee', promotion))
      .thenNothing());
  it('may be on leave twice, but not the same leave twice', () => {
    const left: PayeeEvent = { type: 'LeaveRecorded', data: leave };
    given(payee)(added, left).when(command('record-leave', leave)).thenNothing();
    const other = { ...leave, from: '2026-02-05', to: '2026-02-20' };
    given(payee)(added, left)
      .when(command('record-leave', other))
      .then({ type: 'LeaveRecorded', data: other });
  });
  it('is terminated on the day that was said last', () => {
    const first: PayeeEvent = { type: 'PayeeTerminated', data: { payee: 'ana', on: '2026-06-01' } };
    given(payee)(added, first).when(command('terminate-payee', first.data)).thenNothing();
    const later = { payee: 'ana', on: '2026-07-01' };
    given(payee)(added, first)
      .when(command('terminate-payee', later))
      .then({ type: 'PayeeTerminated', data: later });
  });
});

describe('a payee who is to be forgotten', () => {
  const known = { ...ana, email: 'ana@x.example', attributes: { phone: '1', region: 'emea' } };
  const before: PayeeEvent[] = [
    { type: 'PayeeAdded', data: known },
    { type: 'PayeeTerminated', data: { payee: 'ana', on: '2025-06-01' } },
  ];
  const data = { payee: 'ana', reason: 'request 1', confirm: 'ana' };
  const asked = (fields: object = {}, open: readonly string[] = []) => ({
    ...command('forget-payee', { ...data, ...fields }),
    with: { attributes: ['phone'], open },
  });
  const gone: PayeeEvent = {
    type: 'PayeeForgotten',
    data: { payee: 'ana', reason: 'request 1', attributes: ['phone'] },
  };

  it('is forgotten once', () => {
    given(payee)(...before)
      .when(asked())
      .then(gone);
    given(payee)(...before, gone)
      .when(asked())
      .thenNothing();
  });
  it('has left, and nothing is open for him, unless it is done anyway', () => {
    given(payee)({ type: 'PayeeAdded', data: known }).when(asked()).thenRefuses('PayeeNotSettled');
    given(payee)(...before)
      .when(asked({}, ['10 USD']))
      .thenRefuses('PayeeNotSettled');
    given(payee)(...before)
      .when(asked({ anyway: true }, ['10 USD']))
      .then({ type: 'PayeeForgotten', data: { ...gone.data, open: ['10 USD'] } });
  });
  it('is not named by the reason', () =>
    given(payee)(...before)
      .when(asked({ reason: 'ANA wants it' }))
      .thenRefuses('ReasonNamesPayee'));
  it('is not known any better by what is said again', () => {
    const rule = given(payee)(...before, gone);
    rule.when(command('add-payee', known)).thenNothing();
    rule
      .when(command('add-payee', { ...known, attributes: { region: 'apac' } }))
      .thenRefuses('PayeeAddedDifferently');
    rule
      .when(command('change-payee', { payee: 'ana', on: '2025-02-01', attributes: { phone: '2' } }))
      .thenRefuses('PayeeForgotten');
    rule.when(command('record-leave', leave)).then({ type: 'LeaveRecorded', data: leave });
  });
});

describe('the reporting line', () => {
  const add = (id: string, manager?: string) => ({
    'add-payee': { ...ana, id, ...(manager !== undefined && { manager }) },
  });
  const change = (id: string, manager: string, on: string) => ({
    'change-payee': { payee: id, on, manager },
  });
  const start = () =>
    company(
      { 'define-calendar': { start: '2026-01-01' } },
      add('top'),
      add('mid', 'top'),
      add('low', 'mid'),
    );

  it('leads to managers who exist', () => {
    expect(start().words(add('new', 'mod'))).toContain('did you mean "mid"');
    expect(start().outcome(change('low', 'nobody', '2026-01-01'))).toBe('PayeeNotFound');
  });
  it.each([
    ['himself', add('new', 'new')],
    ['himself', change('low', 'low', '2026-03-01')],
    ['one below', change('mid', 'low', '2026-03-01')],
    ['one far below', change('top', 'low', '2026-03-01')],
  ])('does not lead to %s', (_whom, step) =>
    expect(start().outcome(step)).toBe('ReportingLineCycle'),
  );
  it('names the circle', () =>
    expect(start().words(change('top', 'low', '2026-03-01'))).toBe(
      'The reporting line would go in a circle: top > low > mid > top.',
    ));

  it('may turn round when the one below has moved away', () => {
    const made = start();
    made.record(change('low', 'top', '2026-03-01'));
    expect(made.outcome(change('mid', 'low', '2026-03-01'))).toBe('recorded');
  });
  it('may not turn round a day before that', () => {
    const made = start();
    made.record(change('low', 'top', '2026-03-01'));
    expect(made.outcome(change('mid', 'low', '2026-02-28'))).toBe('ReportingLineCycle');
  });
  it('may not lead to a circle that a later change would close', () => {
    const made = start();
    made.record(add('new'));
    made.record(change('top', 'new', '2026-06-01'));
    expect(made.outcome(change('new', 'low', '2026-02-01'))).toBe('ReportingLineCycle');
  });
  it('may until then, where somebody else manages him from then on', () => {
    const made = start();
    made.record(add('new'));
    made.record(add('other'));
    made.record(change('new', 'other', '2026-06-01'));
    made.record(change('top', 'new', '2026-06-01'));
    expect(made.outcome(change('new', 'low', '2026-02-01'))).toBe('recorded');
  });
});
