import { company } from '#testing';
import { commandTable } from '#scenarios';

describe('the commands of the language', () => {
  it('are all there', () => {
    expect(Object.keys(commandTable).sort()).toEqual([
      'acknowledge-statement',
      'add-payee',
      'adjust-credit',
      'adjust-earnings',
      'amend-deal',
      'approve-payout',
      'assign-dispute',
      'assign-plan',
      'assign-quota',
      'assign-territory',
      'attach-evidence',
      'book-deal',
      'cancel-deal',
      'change-payee',
      'close-period',
      'comment-dispute',
      'confirm-payout',
      'correct-deal',
      'create-key',
      'define-calendar',
      'define-territory',
      'draft-payout',
      'escalate-dispute',
      'forget-payee',
      'grant-role',
      'issue-statement',
      'move-account',
      'note-payout',
      'open-dispute',
      'publish-fx-rate',
      'publish-plan',
      'record-invoice',
      'record-leave',
      'record-metric',
      'record-payment',
      'register-account',
      'reject-payout',
      'resolve-dispute',
      'reverse-payout',
      'revoke-key',
      'revoke-role',
      'score-objective',
      'set-policy',
      'submit-payout',
      'terminate-payee',
      'withdraw-dispute',
    ]);
  });

  it('do not know what objects inherit', () => {
    expect(company().outcome({ constructor: {} })).toBe('UnknownCommand');
    expect(company().words({ 'book-deel': {} })).toContain('did you mean "book-deal"');
  });
});
