import {
  checkPredicate,
  compilePredicate,
  compileRule,
  Exact,
  type PredicateContext,
} from '#kernel';

const deal = {
  id: 'd1',
  account: 'acme',
  bookedOn: '2026-02-10',
  currency: 'USD',
  type: 'new',
  amount: Exact.from('1500.50'),
  attributes: { campaign: 'spring', seats: 5, strategic: true, markup: '61.5' },
};
const line = {
  id: 'l1',
  product: 'desk',
  amount: Exact.from('100'),
  cost: Exact.from('1/3'),
  quantity: Exact.ONE,
};
const context: PredicateContext = {
  deal,
  line,
  account: { id: 'acme', attributes: { region: 'west' } },
  payee: { id: 'ana', role: 'ae' },
  credit: { kind: 'direct', amount: Exact.from('750.25') },
  on: '2026-02-10',
};

describe('a predicate', () => {
  it.each([
    ["deal.type == 'new'", true],
    ['deal.amount > 1500', true],
    ['deal.amount == 1500.5', true],
    ["deal.openedOn == ''", true],
    ["deal.bookedOn >= '2026-02-01' && on < '2026-03-01'", true],
    ["deal.attributes.campaign in ['spring', 'summer']", true],
    ['deal.attributes.seats >= 5', true],
    ['deal.attributes.strategic', true],
    ['deal.attributes.missing == null', true],
    ['deal.attributes.seats == null', false],
    ['double(deal.attributes.markup) >= 61.0', true],
    ["account.attributes.region == 'west'", true],
    ["payee.role == 'ae' && credit.kind == 'direct'", true],
    ['credit.amount < deal.amount', true],
    ['line.amount - line.cost > 99.0', true],
    ["line.product.startsWith('de')", true],
    ["line.family == ''", true],
    ['line.quantity == 1', true],
    ['line.quantity != 1 || 2 == line.quantity', false],
  ])('%s is %s', (text, expected) => {
    expect(checkPredicate(text, 'line')).toBeUndefined();
    expect(compilePredicate(text)(context)).toBe(expected);
  });

  it.each([
    ['deal.attributes.missing > 4', 'there is nothing to compare'],
    ['deal.attributes.campaign > 4', 'text and a number do not compare'],
    ['double(deal.attributes.campaign) > 1.0', 'it is not a number'],
    ['deal.attributes.campaign', 'it is not true or false'],
    ['1 / 0 == 1', 'it divides by zero'],
  ])('%s is false: %s', (text) => {
    expect(compilePredicate(text)(context)).toBe(false);
  });

  it('is false where it asks for a line and there is none, unless something else decides', () => {
    const { line: _line, ...without } = context;
    expect(compilePredicate("line.product == 'desk'")(without)).toBe(false);
    expect(compilePredicate("line.product == 'desk' || deal.type == 'new'")(without)).toBe(true);
  });

  it.each([
    [
      "deal.typ == 'new'",
      'there is no field "typ" (did you mean "type"?); others are attributes.typ',
    ],
    ['deal.quantity > 1.0', 'there is no field "quantity" there, but line.quantity; others'],
    ["del.type == 'new'", 'there is no "del" (did you mean "deal"?)'],
    ['deal.amount', 'it gives a double, not true or false'],
    ['deal.type == 5', 'no such overload: string == int'],
    ['deal.type ==', 'Unexpected'],
    ['has(deal.attributes.x)', 'compare with null'],
    ["deal.type.matches('(a+)+$')", 'matches() is not available'],
    ['[1, 2].exists(x, x > 1)', 'not available'],
    ["timestamp('2026-01-01T00:00:00Z') < timestamp('2027-01-01T00:00:00Z')", 'not available'],
    ['deal.constructor == null', 'there is no field "constructor"'],
    ['deal.__proto__ == null', 'there is no field "__proto__"'],
    ["deal['constructor'] == null", 'there is no field "constructor"'],
    ['constructor == null', 'there is no "constructor"'],
    ["{'a': 1}.a == 1", 'maxMapEntries'],
    [`${'1 + '.repeat(1000)}1 > 0`, 'maxAstNodes'],
    [`${'('.repeat(1000)}true${')'.repeat(1000)}`, 'maxDepth'],
  ])('%.60s is refused', (text, reason) => {
    expect(checkPredicate(text, 'line')).toContain(reason);
  });

  it('sees no more of the program than what it is given', () => {
    const attributes = { ...deal.attributes };
    const asked = { deal: { ...deal, attributes } };
    expect(compilePredicate('deal.attributes.__proto__ == null')(asked)).toBe(true);
    expect(compilePredicate('deal.attributes.constructor == null')(asked)).toBe(true);
    expect(compilePredicate("deal.attributes['toString'] == null")(asked)).toBe(true);
  });

  it('of a territory sees the account alone', () => {
    expect(compileRule("account.attributes.region == 'west'")(context)).toBe(true);
    expect(checkPredicate("deal.type == 'new'", 'account')).toContain('there is no "deal"');
  });
});
