import { runScenario, type Outcome } from './index.js';
import { readScenario } from './scenario.js';
import { MalformedFile, type FileFault } from './yaml.js';

const faultsOf = (text: string): readonly FileFault[] => {
  try {
    readScenario(text);
  } catch (error) {
    if (error instanceof MalformedFile) return error.faults;
    throw error;
  }
  throw new Error('the file was accepted');
};

const steps = (...lines: string[]): string =>
  ['scenario: One', 'steps:', ...lines.map((line) => `  ${line}`)].join('\n');

const first = (...lines: string[]): string => {
  const [fault] = faultsOf(steps(...lines));
  return `${fault?.line}:${fault?.column}: ${fault?.message}`;
};

describe('a malformed scenario', () => {
  it('names the place of an unquoted number with a fraction, and says to quote it', () =>
    expect(first('- record-payment: { deal: d, id: p, on: 2026-01-01, amount: 1250.50 }')).toBe(
      '3:63: found 1250.50, a number with a fraction: write it in quotes, "1250.50"',
    ));
  it.each(['1.0', '1e3', '.5', '.inf'])('takes no %s without quotes, whole or not', (number) =>
    expect(
      first(`- record-payment: { deal: d, id: p, on: 2026-01-01, amount: ${number} }`),
    ).toContain(`write it in quotes, "${number}"`),
  );
  it('takes no number that is not in decimals', () =>
    expect(first('- record-payment: { deal: d, id: p, on: 2026-01-01, amount: 0x10 }')).toContain(
      '0x10',
    ));
  it('names the nearest field', () =>
    expect(first('- cancel-deal: { deal: d, no: 2026-01-01 }')).toBe(
      '3:18: on: is missing, expected a date such as 2026-01-31',
    ));
  it('lists all faults, in the order of the file', () =>
    expect(
      faultsOf(steps('- cancel-deel: { }', '- cancel-deal: { deal: 7, on: 2026-13-01 }')).map(
        ({ line }) => line,
      ),
    ).toEqual([3, 4, 4]));
  it('names the nearest command', () =>
    expect(first('- cancel-deel: { deal: d, on: 2026-01-01 }')).toContain(
      'did you mean "cancel-deal"',
    ));
  it('has one command a step', () =>
    expect(first('- { cancel-deal: { deal: d, on: 2026-01-01 }, add-payee: { } }')).toContain(
      'one thing',
    ));
  it('has a command in each step', () =>
    expect(first('- recorded: 2026-01-01T00:00:00Z')).toContain('a step needs one of'));
  it('has instants with a time', () =>
    expect(first('- { recorded: 2026-01-01, cancel-deal: { deal: d, on: 2026-01-01 } }')).toContain(
      'an instant in UTC',
    ));
  it('knows its tables', () =>
    expect(first('- expect: { earning: [ ] }')).toContain('did you mean "earnings"'));
  it('knows the keys of its rows', () =>
    expect(first('- expect: { payable: [ { payee: a, period: FY2026, amount: 1 } ] }')).toContain(
      'a fiscal month',
    ));
  it('knows its refusal codes', () =>
    expect(first('- reject: { step: { }, code: DealNotFoun }')).toContain(
      'did you mean "DealNotFound"',
    ));
  it('has well-formed tests in a plan', () =>
    expect(
      first(
        '- publish-plan: { id: p, currency: USD, from: 2026-01-01, components: [ { id: c, type: spiff, amount: 1 } ], tests: [ { foo: 1 } ] }',
      ),
    ).toContain('3:123'));
  it('is one document', () =>
    expect(faultsOf('scenario: a\nsteps: []\n---\nscenario: b\nsteps: []')[0]).toMatchObject({
      line: 3,
      column: 1,
    }));
  it('has each key once', () =>
    expect(faultsOf('scenario: a\nscenario: b\nsteps: []')[0]).toMatchObject({
      line: 2,
      column: 1,
    }));
  it.each([
    ['', 'found nothing'],
    ['- a', 'a list'],
    ['scenario: a', 'steps: is missing'],
    ['scenario: a\nsteps: 1', 'a list'],
  ])('is not %j', (text, message) => expect(faultsOf(text)[0]?.message).toContain(message));
  it('cannot unfold aliases without end', () =>
    expect(faultsOf('scenario: a\nsteps: &s [ *s ]')[0]?.message).toContain('too much'));
});

const run = (...lines: string[]): Outcome => runScenario(readScenario(steps(...lines)));
const calendar = '- define-calendar: { start: 2026-01-01 }';
const ann = '- add-payee: { id: ann, name: Ann, hiredOn: 2025-01-01, currency: USD }';

describe('a scenario', () => {
  it('accepts whole numbers without quotes, however long', () =>
    expect(
      run(
        calendar,
        ann,
        '- book-deal: { id: d, account: a, bookedOn: 2026-01-01, currency: USD, amount: 12345678901234567890, team: [ { payee: ann, share: 1 } ] }',
        '- expect: { credits: [ { deal: d, payee: ann, kind: direct, amount: "12345678901234567890.00" } ] }',
      ).failures,
    ).toEqual([]));
  it('counts a malformed step in a reject as refused', () =>
    expect(
      run(
        calendar,
        '- reject: { step: { book-deal: { id: d, amount: 1.5 } } }',
        '- reject: { step: just text }',
        '- reject: { step: { invent: {} }, code: UnknownCommand }',
      ).failures,
    ).toEqual([]));
  it('tells what a reject step let pass', () =>
    expect(run(calendar, `- reject: { step: { ${ann.slice(2)} } }`).failures).toEqual([
      { step: 2, line: 4, path: 'step', expected: 'a refusal', actual: 'accepted' },
    ]));
  it('tells another reason than the one expected', () =>
    expect(
      run(
        calendar,
        '- reject: { step: { cancel-deal: { deal: d, on: 2026-01-01 } }, code: PayeeNotFound }',
      ).failures[0],
    ).toMatchObject({ path: 'code', expected: 'PayeeNotFound', actual: 'DealNotFound' }));
  it('ends with a step that is refused', () =>
    expect(
      run(
        calendar,
        '- cancel-deal: { deal: d, on: 2026-01-01 }',
        '- expect: { payouts: [ { payout: p, amount: 1 } ] }',
      ).failures,
    ).toMatchObject([{ step: 2, path: 'cancel-deal', actual: 'DealNotFound' }]));
  it('finds no row where it expects one, and none where it expects nothing', () =>
    expect(
      run(
        calendar,
        ann,
        '- expect: { earnings: [ { payee: ann, period: FY2026, amount: "0.00" }, { payee: ann, period: FY2026, amount: "5.00" } ] }',
      ).failures,
    ).toMatchObject([
      { step: 3, line: 5, path: 'earnings[1].amount', expected: '5.00', actual: 'no such row' },
    ]));
});
