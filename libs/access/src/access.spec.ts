import { command, company, given } from '#testing';
import { key, userRoles, type CreateKey, type KeyEvent, type RoleEvent } from './index.js';

const erin = { user: 'erin', role: 'approver' } as const;
const granted: RoleEvent = { type: 'RoleGranted', data: erin };
const revoked: RoleEvent = { type: 'RoleRevoked', data: erin };

describe('a role', () => {
  it('is granted', () => given(userRoles)().when(command('grant-role', erin)).then(granted));
  it('is granted once', () =>
    given(userRoles)(granted).when(command('grant-role', erin)).thenNothing());
  it('is granted anew as another payee', () => {
    const data = { ...erin, payee: 'ana' };
    given(userRoles)(granted).when(command('grant-role', data)).then({ type: 'RoleGranted', data });
  });
  it('is granted again after it was revoked', () =>
    given(userRoles)(granted, revoked).when(command('grant-role', erin)).then(granted));
  it('is granted to nobody by himself', () => {
    given(userRoles)()
      .when(command('grant-role', erin, 'erin'))
      .thenRefuses('OwnRole');
    given(userRoles)()
      .when(command('grant-role', { ...erin, payee: 'ana' }, 'ana'))
      .thenRefuses('OwnRole');
  });
  it('is revoked, once', () => {
    given(userRoles)(granted).when(command('revoke-role', erin)).then(revoked);
    given(userRoles)(granted, revoked).when(command('revoke-role', erin)).thenNothing();
  });
  it('that only a token claims is revoked too', () =>
    given(userRoles)().when(command('revoke-role', erin)).then(revoked));
  it('is given up by oneself', () =>
    given(userRoles)(granted)
      .when(command('revoke-role', erin, 'erin'))
      .then(revoked));
  it('of another does not stand in the way', () =>
    given(userRoles)(granted)
      .when(command('grant-role', { user: 'erin', role: 'auditor' } as const))
      .then({ type: 'RoleGranted', data: { user: 'erin', role: 'auditor' } }));
});

const feed: CreateKey = {
  id: 'crm',
  role: 'integration',
  scopes: ['deals'],
  expiresOn: '2026-12-31',
};
const mark = { prefix: 'evk_abcdef', sha256: 'f'.repeat(64) };
const make = (data: CreateKey = feed, by = 'dana') => ({
  ...command('create-key', data, by),
  with: mark,
});
const created: KeyEvent = { type: 'KeyCreated', data: { ...feed, ...mark, by: 'dana' } };
const taken: KeyEvent = { type: 'KeyRevoked', data: { key: 'crm' } };

describe('a key', () => {
  it('is made, and says whose it is', () => {
    given(key)().when(make()).then(created);
    given(key)()
      .when({ ...make(), payee: 'dan' })
      .then({ type: 'KeyCreated', data: { ...created.data, byPayee: 'dan' } } as KeyEvent);
  });
  it('is made once', () => {
    given(key)(created).when(make()).thenNothing();
    given(key)(created)
      .when(make({ ...feed, scopes: ['payees'] }))
      .thenRefuses('KeyCreatedDifferently');
  });
  it('is not imported', () =>
    given(key)().when(command('create-key', feed)).thenRefuses('KeyNotMade'));
  it.each([
    ['2025-12-31', 'KeyLifeOutside'],
    ['2026-01-01', 'KeyLifeOutside'],
    ['2027-01-02', 'KeyLifeOutside'],
    ['9999-12-31', 'KeyLifeOutside'],
  ] as const)('made on 2026-01-01 does not live until %s', (expiresOn, code) =>
    given(key)()
      .when(make({ ...feed, expiresOn }))
      .thenRefuses(code),
  );
  it.each(['2026-01-02', '2027-01-01'])('may live until %s', (expiresOn) =>
    given(key)()
      .when(make({ ...feed, expiresOn }))
      .then({ ...created, data: { ...created.data, expiresOn } } as KeyEvent),
  );
  it('is revoked for good', () => {
    given(key)(created)
      .when(command('revoke-key', { key: 'crm' }))
      .then(taken);
    given(key)(created, taken)
      .when(command('revoke-key', { key: 'crm' }))
      .thenNothing();
    given(key)(created, taken).when(make()).thenNothing();
    given(key)()
      .when(command('revoke-key', { key: 'crm' }))
      .thenRefuses('KeyNotFound');
  });
});

describe('one person', () => {
  const person = { hiredOn: '2025-01-01', currency: 'USD' };
  const made = () =>
    company(
      { 'define-calendar': { start: '2026-01-01' } },
      { 'add-payee': { id: 'ana', name: 'Ana', email: 'Ana@Example.com', ...person } },
      { 'add-payee': { id: 'ben', name: 'Ben', ...person } },
      { 'grant-role': { user: 'u1', role: 'rep', payee: 'ana' } },
      { 'grant-role': { user: 'u2', role: 'approver', payee: 'ana' } },
      { 'grant-role': { user: 'u3', role: 'approver', payee: 'ben' } },
    );
  it.each([
    ['u1', 'ana', true],
    ['u1', 'u2', true],
    ['ana@example.COM', 'u2', true],
    ['ana', 'ana', true],
    ['u3', 'ben', true],
    ['u1', 'u3', false],
    ['Ana', 'ana', false],
    ['ana', 'ben', false],
    ['', 'nobody', false],
  ])('%s and %s: %s', (a, b, is) => {
    expect(made().book.isSamePerson(a, b)).toBe(is);
    expect(made().book.isSamePerson(b, a)).toBe(is);
  });
  it('stays one after a role was revoked', () => {
    const of = made();
    of.record({ 'revoke-role': { user: 'u2', role: 'approver' } });
    expect(of.book.isSamePerson('u1', 'u2')).toBe(true);
  });
  it('does not grant a role to himself under another name', () => {
    const of = made();
    expect(of.outcome({ 'grant-role': { user: 'u2', role: 'auditor' }, by: 'u1' })).toBe('OwnRole');
    expect(
      of.outcome({ 'grant-role': { user: 'new', role: 'auditor', payee: 'ana' }, by: 'u1' }),
    ).toBe('OwnRole');
    expect(of.outcome({ 'grant-role': { user: 'u2', role: 'auditor' }, by: 'u3' })).toBe(
      'recorded',
    );
  });
  it('is a payee who is known', () =>
    expect(made().outcome({ 'grant-role': { user: 'x', role: 'rep', payee: 'anna' } })).toBe(
      'PayeeNotFound',
    ));
  it('does not decide about himself, and is not asked to', () => {
    const of = made();
    of.record({ 'open-dispute': { id: 'x', payee: 'ana', about: { deal: 'd' }, claim: 'More' } });
    const resolve = { 'resolve-dispute': { dispute: 'x', outcome: 'denied', text: 'no' } };
    expect(of.outcome({ 'assign-dispute': { dispute: 'x', to: 'u2' } })).toBe('OwnDispute');
    for (const by of ['ana', 'u1', 'u2', 'ana@example.com'])
      expect([by, of.outcome({ ...resolve, by })]).toEqual([by, 'OwnDispute']);
    expect(of.outcome({ ...resolve, by: 'u3' })).toBe('recorded');
  });
});
