import { dayOf, formatDay } from '#kernel';
import { LEAVER, PEOPLE, REGIONS, sellersOf, type Person, type RegionId } from './people.js';
import type { Chance } from './random.js';
import { fact, type DemoStep } from './step.js';

/** A customer of the demo company. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly region: RegionId | 'latam';
  readonly area: number;
  readonly segment: 'small' | 'mid' | 'large';
  readonly isNamed: boolean;
}

const AREAS = 8;
const START = dayOf('2025-01-01');

const KINDS = 'Works Foods Logistics Energy Labs Bank Media Systems Textiles Motors'.split(' ');
const PLACES =
  'North Harbor Summit River Cedar Lunar Copper Delta Falcon Granite Indigo Juniper Maple Nova Orchid Pine Quartz ' +
  'Raven Silver Tundra Umber Violet Willow Zenith Amber Birch Coral Ember Frost Glacier Hazel Iris';

/** Some four hundred customers; the largest are named accounts, a few lie where nobody sells. */
export const accountsOf = (chance: Chance): Account[] => {
  const places = PLACES.split(' ');
  return Array.from({ length: 420 }, (_, i) => {
    const region = i % 70 === 69 ? 'latam' : (REGIONS[i % 3] as (typeof REGIONS)[number]).id;
    const segment = chance.oneOf(['small', 'small', 'mid', 'mid', 'large'] as const);
    const name = `${places[i % places.length]} ${KINDS[Math.floor(i / places.length) % KINDS.length]}`;
    const number = String(i + 1).padStart(3, '0');
    return {
      id: `acc-${number}`,
      name: `${name} ${number}`,
      region,
      area: 1 + (Math.floor(i / 3) % AREAS),
      segment,
      isNamed: segment === 'large' && region !== 'latam' && chance.inThousand(150),
    };
  });
};

const areaOf = (region: string, area: number): string => `${region}-${area}`;

const define = (id: string, data: object): DemoStep =>
  fact(START, 6, 'define-territory', { id, ...data });

const treeOf = (): DemoStep[] => [
  define('world', { name: 'World' }),
  ...REGIONS.flatMap(({ id, name }) => [
    define(id, { name, parent: 'world' }),
    define(`${id}-named`, {
      name: `${name}, named accounts`,
      parent: id,
      rule: `account.attributes.region == "${id}" && account.attributes.named == true`,
      priority: 10,
    }),
    ...Array.from({ length: AREAS }, (_, i) =>
      define(areaOf(id, i + 1), {
        name: `${name}, area ${i + 1}`,
        parent: id,
        rule: `account.attributes.region == "${id}" && account.attributes.area == "${i + 1}"`,
      }),
    ),
  ]),
];

const assign = (day: number, data: object): DemoStep => fact(day, 8, 'assign-territory', data);

interface Held {
  readonly payee: string;
  readonly share: string;
  readonly from: string;
  readonly to?: string;
}

const dayBefore = (date: string): string => formatDay(dayOf(date) - 1);

// An area of two belongs to the first alone until the second is there, and again after he has left.
const holdingsOf = (first: Person, second: Person | undefined): Held[] => {
  const [payee, start] = [first.id, '2025-01-01'];
  if (!second) return [{ payee, share: '100%', from: start }];
  const joined = second.hiredOn > start ? second.hiredOn : start;
  const alone = { payee, share: '100%' };
  const left = second.id === LEAVER.id ? LEAVER.on : undefined;
  const until = left === undefined ? {} : { to: dayBefore(left) };
  return [
    ...(joined > start ? [{ ...alone, from: start, to: dayBefore(joined) }] : []),
    { payee, share: '60%', from: joined, ...(left !== undefined && { to: '2025-12-31' }) },
    { payee: second.id, share: '40%', from: joined, ...until },
    // For a month after he has left, his part belongs to nobody.
    ...(left === undefined ? [] : [{ ...alone, from: '2026-01-01' }]),
  ];
};

// The named accounts of a region have an owner of their own.
const ownersOf = (region: RegionId): DemoStep[] => {
  const [key, ...sellers] = sellersOf(region) as [Person, ...Person[]];
  const named = { territory: `${region}-named`, payee: key.id, role: 'owner', from: '2025-01-01' };
  const areas = Array.from({ length: AREAS }, (_, i) =>
    holdingsOf(sellers[i] as Person, sellers[i + AREAS]).map((held) => {
      const territory = areaOf(region, i + 1);
      return assign(dayOf(held.from), { territory, role: 'owner', ...held });
    }),
  );
  return [assign(START, named), ...areas.flat()];
};

const engineers = (): DemoStep[] =>
  PEOPLE.filter(({ role }) => role === 'engineer').map(({ id, region }, i) => {
    const share = i === 3 ? '50%' : '100%';
    return assign(START, {
      territory: region,
      payee: id,
      role: 'overlay',
      share,
      from: '2025-01-01',
    });
  });

/** The territory tree, who covers it, and the customers. */
export const territorySteps = (accounts: readonly Account[]): DemoStep[] => [
  ...treeOf(),
  ...REGIONS.flatMap(({ id }) => ownersOf(id)),
  ...engineers(),
  ...accounts.map(({ id, name, region, area, segment, isNamed }) =>
    fact(START, 9, 'register-account', {
      id,
      name,
      attributes: { region, area: String(area), segment, ...(isNamed && { named: true }) },
    }),
  ),
];

/** What moves in the middle of the year: accounts, two of them with a holdover, and an area. */
export const moveSteps = (accounts: readonly Account[]): DemoStep[] => {
  const learned = dayOf('2025-06-24');
  const movable = accounts
    .filter(({ region, isNamed, segment }) => region === 'amer' && !isNamed && segment === 'large')
    .slice(0, 6);
  const moves = movable.map(({ id }, i) =>
    fact(learned, 10, 'move-account', {
      account: id,
      to: i < 3 ? 'amer-named' : areaOf('amer', 8),
      on: '2025-07-01',
      ...(i === 0 && { holdover: { until: '2025-09-30' } }),
      ...(i === 3 && { holdover: { until: '2025-12-31', share: '50%' } }),
    }),
  );
  const [owner, heir] = [sellersOf('apac')[2], sellersOf('apac')[9]];
  const area = areaOf('apac', 2);
  return [
    ...moves,
    assign(dayOf('2025-08-28'), {
      territory: area,
      payee: owner?.id,
      role: 'owner',
      share: '60%',
      from: '2025-01-01',
      to: '2025-08-31',
    }),
    assign(dayOf('2025-08-28') + 1, {
      territory: area,
      payee: heir?.id,
      role: 'owner',
      share: '60%',
      from: '2025-09-01',
    }),
  ];
};
