import fc from 'fast-check';
import { checkPredicate, compilePredicate, Exact, type PredicateContext } from '#kernel';

const TEXTS = ['', 'new', 'west', '2026-02-01'];
const NAMES = ['region', 'seats', 'toString', 'x y'];
const AMOUNTS = ['0', '5', '-5', '2.5', '1/3', '99999999999999999999.5'];

const ofAttributes = ['deal', 'line', 'payee', 'account'].flatMap((of) =>
  NAMES.map((name) => `${of}.attributes["${name}"]`),
);
const operand = fc.constantFrom(
  ...['on', 'deal.id', 'deal.account', 'deal.bookedOn', 'deal.openedOn', 'deal.currency'],
  ...['deal.type', 'deal.amount', 'deal.attributes.region', 'line.id', 'line.product'],
  ...['line.family', 'line.amount', 'line.cost', 'line.quantity', 'credit.kind'],
  ...['credit.amount', 'payee.id', 'payee.role', 'payee.currency', 'payee.manager', 'account.id'],
  ...[...ofAttributes, '"new"', '"west"', '""', '"2026-02-01"', '5', '2.5', '5.0', '-5', '0'],
  ...['true', 'false', 'null', '9007199254740993'],
);
const comparison = fc
  .tuple(operand, fc.constantFrom('==', '!=', '<', '<=', '>', '>='), operand)
  .map(([a, op, b]) => `${a} ${op} ${b}`);
const membership = fc
  .tuple(operand, fc.array(fc.constantFrom('"new"', '"west"', '5'), { maxLength: 3 }))
  .map(([of, list]) => `${of} in [${list.join(', ')}]`);
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof({ weight: 4, arbitrary: comparison }, membership, operand),
    tie('expression').map((inner) => `!(${inner})`),
    fc
      .tuple(tie('expression'), fc.constantFrom('&&', '||'), tie('expression'))
      .map(([a, op, b]) => `(${a}) ${op} (${b})`),
  ),
}));

const text = fc.constantFrom(...TEXTS);
const amount = fc.constantFrom(...AMOUNTS).map((value) => Exact.from(value));
const attributes = fc.dictionary(
  fc.constantFrom(...NAMES),
  fc.oneof(text, fc.boolean(), fc.constantFrom(0, 5, -5, 2 ** 53), fc.constant(null)),
);
const context = fc.record(
  {
    deal: fc.record(
      {
        ...{ id: text, account: text, bookedOn: text, openedOn: text, currency: text },
        ...{ type: text, amount, attributes },
      },
      { requiredKeys: ['id', 'account', 'bookedOn', 'currency', 'amount'] },
    ),
    line: fc.record(
      { id: text, product: text, family: text, amount, cost: amount, quantity: amount, attributes },
      { requiredKeys: ['id', 'amount'] },
    ),
    payee: fc.record(
      { id: text, role: text, currency: text, manager: text, attributes },
      { requiredKeys: ['id'] },
    ),
    account: fc.record({ id: text, attributes }, { requiredKeys: ['id'] }),
    credit: fc.record({ kind: text, amount }),
    on: text,
  },
  { requiredKeys: [] },
) as fc.Arbitrary<PredicateContext>;

describe('a predicate that only compares', () => {
  it('says without the interpreter what the interpreter says', () => {
    fc.assert(
      fc.property(expression, fc.array(context, { minLength: 1 }), (where, contexts) => {
        fc.pre(checkPredicate(where, 'line') === undefined);
        // A choice is left to the interpreter.
        const asked = compilePredicate(`(${where}) ? true : false`);
        const quick = compilePredicate(where);
        for (const seen of contexts) expect([where, quick(seen)]).toEqual([where, asked(seen)]);
      }),
      { numRuns: 300 },
    );
  });

  it('does not begin to interpret', () => {
    const deal = {
      get id(): string {
        throw new Error('only the interpreter reads what is not asked for');
      },
      ...{ account: 'a', bookedOn: '2026-02-10', currency: 'USD', type: 'new', amount: Exact.ONE },
      attributes: { region: 'west', seats: 5, strategic: true },
    };
    const where =
      "deal.type == 'new' && deal.attributes.region in ['west', 'east'] && deal.amount >= 1.0 " +
      "&& deal.attributes.seats > 4 && !(deal.bookedOn < '2026-01-01') && deal.attributes.strategic";
    expect(compilePredicate(where)({ deal })).toBe(true);
    expect(compilePredicate("deal.id == 'd1'")({ deal })).toBe(false);
  });
});
