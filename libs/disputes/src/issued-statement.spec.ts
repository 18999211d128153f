import { command, company, given } from '#testing';
import { issuedStatements, type StatementEvent } from './index.js';

const of = { payee: 'ana', period: 'FY2026-M01' };
const [first, second] = ['a'.repeat(64), 'b'.repeat(64)] as const;
const content = (sha256: string) => ({ position: 7, sha256, content: 'xyz' });
const issued = (sha256: string): StatementEvent => ({
  type: 'StatementIssued',
  data: { ...of, ...content(sha256), by: 'dana' },
});
const seen = (sha256: string): StatementEvent => ({
  type: 'StatementAcknowledged',
  data: { ...of, sha256, by: 'ana' },
});
const issue = (sha256: string) => ({
  ...command('issue-statement', of, 'dana'),
  with: content(sha256),
});
const acknowledge = (fields: object = {}, by = 'ana') =>
  command('acknowledge-statement', { ...of, ...fields }, by);

describe('a statement', () => {
  const rule = given(issuedStatements);

  it('is issued once, until it says something else', () => {
    rule().when(issue(first)).then(issued(first));
    rule(issued(first)).when(issue(first)).thenNothing();
    rule(issued(first)).when(issue(second)).then(issued(second));
    rule(issued(first), issued(second)).when(issue(first)).then(issued(first));
  });
  it('is acknowledged by the payee, whatever his login', () => {
    rule(issued(first)).when(acknowledge()).then(seen(first));
    rule(issued(first))
      .when(acknowledge({ sha256: first }))
      .then(seen(first));
    rule(issued(first), seen(first)).when(acknowledge()).thenNothing();
    rule(issued(first))
      .when({ ...acknowledge({}, 'ana@x'), payee: 'ana' })
      .then({ type: 'StatementAcknowledged', data: { ...of, sha256: first, by: 'ana@x' } });
    rule(issued(first)).when(acknowledge({}, 'dana')).thenRefuses('NotYourStatement');
  });
  it('is acknowledged as it was issued last', () => {
    rule().when(acknowledge()).thenRefuses('StatementNotIssued');
    rule(issued(first), seen(first), issued(second))
      .when(acknowledge({ sha256: first }))
      .thenRefuses('StatementReissued');
    rule(issued(first), seen(first), issued(second))
      .when(acknowledge({ sha256: second }))
      .then(seen(second));
  });
  it('is that of a payee who exists', () => {
    const made = company(
      { 'define-calendar': { start: '2026-01-01' } },
      { 'add-payee': { id: 'ana', name: 'Ana', hiredOn: '2025-01-01', currency: 'USD' } },
    );
    expect(made.outcome({ 'issue-statement': { payee: 'bob', period: 'FY2026' } })).toBe(
      'PayeeNotFound',
    );
    expect(made.outcome({ 'issue-statement': of })).toBe('recorded');
    expect(made.outcome({ 'issue-statement': of })).toBe('nothing');
    expect(made.outcome({ 'acknowledge-statement': { ...of, sha256: 'x' }, by: 'ana' })).toBe(
      'Malformed',
    );
    expect(made.outcome({ 'acknowledge-statement': of, by: 'ana' })).toBe('recorded');
  });
});
