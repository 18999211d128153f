import { payeeFieldsIn, type Refusal, refusePersonal } from '#kernel';

const where = (text: string): readonly object[] => [
  { id: 'c', type: 'commission', measure: { factor: [{ where: text, by: '2' }] } },
];
const faultsOf = (text: string, marked: readonly string[] = []): unknown => {
  try {
    refusePersonal('plan "p"', where(text), marked);
    return 'none';
  } catch (error) {
    return (error as Refusal).message;
  }
};

it.each([
  ['deal.type == "new"', []],
  ['payee.role == "ae" && account.name != payee.id', ['role', 'id']],
  ['payee.attributes.region == "emea"', ['attributes.region']],
  ['payee.attributes["region"] in [payee.name]', ['attributes.region', 'name']],
  ['payee.attributes[deal.type] == "x"', ['attributes.*']],
  ['size(payee.email.trim()) > 3', ['email']],
  ['(true ? payee : payee).name == "Ana"', ['*']],
])('%s reads of the payee: %j', (text, fields) => expect(payeeFieldsIn(text)).toEqual(fields));

it('refuses what reads personal data, naming where and what', () => {
  expect(faultsOf('payee.name == "Ana"')).toBe(
    'plan "p": components[0].measure.factor[0].where: payee.name is personal data, which can be forgotten ' +
      'and must not decide what is paid; compare payee.id, payee.role or another attribute',
  );
  expect(faultsOf('payee.attributes.phone == "1"', ['phone'])).toContain('payee.attributes.phone');
  expect(faultsOf('payee.attributes[deal.type] == "1"', ['phone'])).toContain('attributes.*');
});
it('lets everything else decide', () => {
  for (const text of ['account.name == "A"', 'payee.attributes.phone == "1"', 'payee.role == "x"'])
    expect(faultsOf(text, ['email'])).toBe('none');
  expect(faultsOf('payee.attributes[deal.type] == "1"')).toBe('none');
});
