import { disputeText, type Shown } from './dispute-text.js';

const dispute = {
  id: 'q1',
  status: 'upheld',
  payee: 'ana',
  about: { deal: 'd1' },
  claim: 'My share was 50%',
  resolution: { outcome: 'upheld', text: 'It was' },
  attachments: [],
  thread: [
    { type: 'DisputeOpened', by: 'ana', recorded: '2026-02-01T00:00:00Z', position: 7 },
    { type: 'DisputeCommented', by: 'dana', recorded: '2026-02-02T00:00:00Z', text: 'See there' },
  ],
} as unknown as Shown;

describe('a dispute as people read it', () => {
  it('says where it stands, what it changed and what was said', () => {
    const changed = [
      { payee: 'ana', component: 'bookings', currency: 'USD', before: 10000n, after: 12000n },
    ];
    expect(disputeText(dispute, changed)).toBe(
      [
        'q1  upheld  ana  deal d1  My share was 50%',
        'upheld: It was',
        '',
        'What it changed',
        '  ana  bookings  100.00 -> 120.00 USD  difference 20.00',
        '',
        'Thread',
        '  2026-02-01T00:00:00Z  ana   DisputeOpened',
        '  2026-02-02T00:00:00Z  dana  DisputeCommented  text: See there',
        '',
      ].join('\n'),
    );
  });
});
