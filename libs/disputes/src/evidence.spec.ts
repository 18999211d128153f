import { command, company, given } from '#testing';
import { opened, resolved } from './dispute.fixtures.js';
import { dispute, type DisputeEvent } from './index.js';

describe('evidence', () => {
  const file = {
    dispute: 'x1',
    name: 'order.pdf',
    mediaType: 'application/pdf',
    bytes: 7,
    sha256: 'a'.repeat(64),
  } as const;
  const attached: DisputeEvent = { type: 'DisputeEvidenceAttached', data: { ...file, by: 'ana' } };

  it('is attached while the dispute is open, the same content once', () => {
    given(dispute)(opened)
      .when(command('attach-evidence', file, 'ana'))
      .then(attached);
    given(dispute)(opened, attached)
      .when(command('attach-evidence', { ...file, name: 'again.pdf' }, 'max'))
      .thenNothing();
    given(dispute)(opened, resolved)
      .when(command('attach-evidence', file))
      .thenRefuses('DisputeClosed');
    given(dispute)().when(command('attach-evidence', file)).thenRefuses('DisputeNotFound');
  });
  it('is named as what it is', () => {
    for (const name of ['order.exe', 'order', 'pdf', 'order.pdf.html'])
      given(dispute)(opened)
        .when(command('attach-evidence', { ...file, name }))
        .thenRefuses('AttachmentTypeRefused');
  });
  it('is no more than twenty files', () => {
    const many = Array.from({ length: 20 }, (_, i): DisputeEvent => {
      const sha256 = String(i).padStart(64, '0');
      return { type: 'DisputeEvidenceAttached', data: { ...file, sha256, by: 'ana' } };
    });
    given(dispute)(opened, ...many)
      .when(command('attach-evidence', file))
      .thenRefuses('AttachmentsTooMany');
  });
  it.each([
    '../up.pdf',
    'a/b.pdf',
    'a\\b.pdf',
    '.hidden.pdf',
    'a\u0000.pdf',
    'a\n.pdf',
    'cod\u202Efdp.exe.pdf',
    'a".pdf',
    'a.pdf ',
    'x'.repeat(151),
    '',
  ])('has no name that leads elsewhere or deceives: %j', (name) => {
    const of = company({ 'define-calendar': { start: '2026-01-01' } });
    expect(of.outcome({ 'attach-evidence': { ...file, name } })).toBe('Malformed');
  });
  it.each(['Bestätigung März.pdf', 'Заказ №5.pdf', '注文書.pdf', "O'Neil (1).pdf"])(
    'has a name in any letters: %s',
    (name) => {
      const of = company({ 'define-calendar': { start: '2026-01-01' } });
      expect(of.outcome({ 'attach-evidence': { ...file, name } })).toBe('DisputeNotFound');
    },
  );
});
