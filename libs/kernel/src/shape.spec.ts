import { BookDeal } from '#deals';
import { readShape } from '#kernel';
import { PublishPlan } from '#plans';

const deal = { id: 'd1', account: 'acme', bookedOn: '2026-02-10', currency: 'USD' };
const faultsOf = (plain: unknown): string[] =>
  (readShape(BookDeal, plain).faults ?? []).map(({ path, message }) => `${path}: ${message}`);

describe('the form of a command', () => {
  it('is brought into one spelling', () => {
    const team = [
      { share: '8%', payee: 'ana' },
      { payee: 'ben', share: '92/100' },
    ];
    expect(readShape(BookDeal, { team, amount: '01250.500', ...deal })).toEqual({
      data: {
        ...deal,
        amount: '1250.5',
        team: [
          { payee: 'ana', share: '0.08' },
          { payee: 'ben', share: '0.92' },
        ],
      },
    });
  });

  it('names the field that was probably meant', () => {
    expect(faultsOf({ ...deal, amont: '1' })).toEqual([
      expect.stringContaining(
        'amont: there is no field "amont" (did you mean "amount"?); valid: id,',
      ),
    ]);
  });

  it('lists every fault with its path', () => {
    const lines = [
      { id: 'l1', amount: 1.5 },
      { id: 'l1', amount: 'x', cost: null },
    ];
    expect(faultsOf({ ...deal, bookedOn: '2026-02-30', lines })).toEqual([
      'bookedOn: found "2026-02-30", expected a date such as 2026-01-31; there is no such day',
      'lines[0].amount: found 1.5, expected a decimal number such as "1250.00"; a number with a ' +
        'fraction loses digits on its way: write it in quotes, "1.5"',
      'lines[1].amount: found "x", expected a decimal number such as "1250.00"',
      'lines[1].cost: found nothing, expected a decimal number such as "1250.00"',
      'lines[1].id: "l1" stands there already; each may stand once',
    ]);
  });

  it('says nothing of quotes where a whole number is just out of range', () => {
    expect(faultsOf({ ...deal, amount: 1, team: [{ payee: 'ana', share: 2 }] })).toEqual([
      'team[0].share: found 2, expected a ratio such as "8%", "0.08" or "2/25", from 0% to 100%',
    ]);
  });

  it('says which of two fields is needed', () => {
    expect(faultsOf(deal)).toEqual([': expected exactly one of amount, lines']);
  });

  it('is checked in every depth', () => {
    const component = {
      id: 'c',
      type: 'commission',
      tiers: {
        by: 'attainment',
        apply: 'marginal',
        steps: [
          { from: '0%', rate: '5%' },
          { form: '100%', rate: '10%' },
        ],
      },
    };
    const plan = { id: 'p', currency: 'USD', from: '2026-01-01', components: [component] };
    expect(readShape(PublishPlan, plan).faults).toEqual([
      { path: 'components[0].tiers.steps[1].from', code: 'missing', message: expect.any(String) },
      {
        path: 'components[0].tiers.steps[1].form',
        code: 'unknown-field',
        message: expect.stringContaining('did you mean "from"?'),
      },
    ]);
  });
});
