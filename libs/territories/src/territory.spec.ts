import { command, company, given } from '#testing';
import { account, territory, type AssignTerritory, type TerritoryEvent } from './index.js';

const west = { id: 'west', name: 'West' };
const defined: TerritoryEvent = { type: 'TerritoryDefined', data: west };
const owner = (payee: string, fields: Partial<AssignTerritory> = {}): AssignTerritory => ({
  territory: 'west',
  payee,
  role: 'owner',
  from: '2026-01-01',
  ...fields,
});
const assigned = (data: AssignTerritory): TerritoryEvent => ({ type: 'TerritoryAssigned', data });
const assign = (data: AssignTerritory) => command('assign-territory', data);

describe('a territory', () => {
  it('is defined once', () => {
    given(territory)().when(command('define-territory', west)).then(defined);
    given(territory)(defined).when(command('define-territory', west)).thenNothing();
    given(territory)(defined)
      .when(command('define-territory', { ...west, priority: 5 }))
      .thenRefuses('TerritoryDefinedDifferently');
  });
  it('must exist before it is assigned', () =>
    given(territory)()
      .when(assign(owner('ana')))
      .thenRefuses('TerritoryNotFound'));
  it('is assigned once', () =>
    given(territory)(defined, assigned(owner('ana')))
      .when(assign(owner('ana')))
      .thenNothing());
  it('has a second owner only as far as there is room', () => {
    const history = given(territory)(defined, assigned(owner('ana', { share: '0.6' })));
    history.when(assign(owner('ben'))).thenRefuses('OwnersAboveWhole');
    history.when(assign(owner('ben', { share: '0.41' }))).thenRefuses('OwnersAboveWhole');
    const rest = owner('ben', { share: '0.4' });
    history.when(assign(rest)).then(assigned(rest));
  });
  it('may be owned in part', () =>
    given(territory)(defined)
      .when(assign(owner('ana', { share: '0.3' })))
      .then(assigned(owner('ana', { share: '0.3' }))));
  it('passes from one owner to the next without a day of both', () => {
    const first = owner('ana', { to: '2026-03-31' });
    const history = given(territory)(defined, assigned(first));
    history.when(assign(owner('ben', { from: '2026-03-31' }))).thenRefuses('OwnersAboveWhole');
    const next = owner('ben', { from: '2026-04-01' });
    history.when(assign(next)).then(assigned(next));
  });
  it('has no day with too many owners, also where that begins later', () =>
    given(territory)(defined, assigned(owner('ben', { from: '2026-06-01' })))
      .when(assign(owner('ana')))
      .thenRefuses('OwnersAboveWhole'));
  it('gets an end by saying the assignment again with one', () => {
    const ended = owner('ana', { to: '2026-03-31' });
    given(territory)(defined, assigned(owner('ana')))
      .when(assign(ended))
      .then(assigned(ended));
  });
  it('may have overlays beside its owners', () => {
    const overlay = owner('cy', { role: 'overlay' });
    given(territory)(defined, assigned(owner('ana')))
      .when(assign(overlay))
      .then(assigned(overlay));
  });
});

describe('an account', () => {
  const acme = { id: 'acme', name: 'Acme', attributes: { region: 'west' } };
  const move = { account: 'acme', to: 'west', on: '2026-03-01' };
  it('is registered anew with other attributes', () => {
    const registered = { type: 'AccountRegistered', data: acme } as const;
    given(account)(registered).when(command('register-account', acme)).thenNothing();
    const changed = { ...acme, attributes: { region: 'east' } };
    given(account)(registered)
      .when(command('register-account', changed))
      .then({ type: 'AccountRegistered', data: changed });
  });
  it('is moved once a day, the last word counting', () => {
    const moved = { type: 'AccountMoved', data: move } as const;
    given(account)(moved).when(command('move-account', move)).thenNothing();
    given(account)(moved)
      .when(command('move-account', { ...move, to: 'east' }))
      .then({ type: 'AccountMoved', data: { ...move, to: 'east' } });
  });
});

describe('territories among the other facts', () => {
  const start = () =>
    company(
      { 'define-calendar': { start: '2026-01-01' } },
      { 'add-payee': { id: 'ana', name: 'Ana', hiredOn: '2025-01-01', currency: 'USD' } },
      { 'define-territory': west },
    );
  it.each([
    ['recorded', { 'define-territory': { id: 'coast', name: 'Coast', parent: 'west' } }],
    ['TerritoryNotFound', { 'define-territory': { id: 'coast', name: 'Coast', parent: 'wst' } }],
    ['TerritoryNotFound', { 'define-territory': { id: 'coast', name: 'Coast', parent: 'coast' } }],
    ['recorded', { 'define-territory': { id: 'r', name: 'R', rule: 'account.attributes.x == 1' } }],
    [
      'PredicateInvalid',
      { 'define-territory': { id: 'r', name: 'R', rule: "deal.type == 'new'" } },
    ],
    ['PredicateInvalid', { 'define-territory': { id: 'r', name: 'R', rule: 'account.name' } }],
    ['PayeeNotFound', { 'assign-territory': owner('bob') }],
    ['TerritoryNotFound', { 'assign-territory': owner('ana', { territory: 'east' }) }],
    ['recorded', { 'move-account': { account: 'acme', to: 'west', on: '2026-03-01' } }],
    ['TerritoryNotFound', { 'move-account': { account: 'acme', to: 'east', on: '2026-03-01' } }],
    ['Malformed', { 'assign-territory': owner('ana', { to: '2025-12-31' }) }],
    ['Malformed', { 'assign-territory': owner('ana', { share: '101%' }) }],
  ])('%s: %j', (outcome, step) => expect(start().outcome(step)).toBe(outcome));
});
