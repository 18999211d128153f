import { dayOf } from '#kernel';
import { fact, type DemoStep } from './step.js';

/** The regions of the demo company, each with its currency. */
export const REGIONS = [
  { id: 'amer', name: 'Americas', currency: 'USD' },
  { id: 'emea', name: 'Europe', currency: 'EUR' },
  { id: 'apac', name: 'Asia', currency: 'JPY' },
] as const;

export type RegionId = (typeof REGIONS)[number]['id'];

/** A payee of the demo company. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: 'head' | 'director' | 'manager' | 'seller' | 'engineer';
  readonly region: RegionId;
  readonly manager?: string;
  readonly hiredOn: string;
}

const FIRST =
  'Ana Ben Chloe David Elena Felix Grace Hugo Ines Jonas Kira Liam Maya Noah Olga Pedro Quinn Rosa Sam Tara ' +
  'Uma Victor Wanda Xavier Yara Zoe Amir Bella Carl Dora Emil Fatima Georg Hana Ivan Jana Karim Lena Marco Nina ' +
  'Otto Petra Rafael Sara Tom Ulla Vera Willem Yuki Zara Akira Bruno Cora Dan Eva Finn Gina Haru Isa Jun';
const LAST =
  'Ruiz Mills Laurent Cohen Petrova Weber Park Santos Moreau Lindt Novak Murphy Shah Becker Ivanova Costa Reed ' +
  'Navarro Ellis Okafor Tanaka Silva Kowalski Dubois Haddad';

const HIRED_LATE: Readonly<Record<number, string>> = {
  21: '2025-04-01',
  40: '2025-07-15',
  57: '2025-10-01',
};

const slots = (): Omit<Person, 'id' | 'name' | 'hiredOn'>[] => {
  const people: (Omit<Person, 'id' | 'name' | 'hiredOn'> & { readonly managerAt?: number })[] = [
    { role: 'head', region: 'amer' },
  ];
  for (const { id: region } of REGIONS) people.push({ role: 'director', region, managerAt: 0 });
  // Three managers in the Americas and in Europe, two in Asia; fifteen, fifteen and fourteen sellers.
  for (const [region, managers, sellers] of [
    ['amer', 3, 15],
    ['emea', 3, 15],
    ['apac', 2, 14],
  ] as const) {
    const director = 1 + REGIONS.findIndex(({ id }) => id === region);
    const first = people.length;
    for (let i = 0; i < managers; i += 1)
      people.push({ role: 'manager', region, managerAt: director });
    for (let i = 0; i < sellers; i += 1)
      people.push({ role: 'seller', region, managerAt: first + (i % managers) });
    people.push({ role: 'engineer', region, managerAt: director });
  }
  people.push({ role: 'engineer', region: 'amer', managerAt: 1 });
  return people.map(({ managerAt, ...person }) => ({
    ...person,
    ...(managerAt !== undefined && { manager: idAt(managerAt) }),
  }));
};

const nameAt = (at: number): string => `${FIRST.split(' ')[at]} ${LAST.split(' ')[(at * 7) % 25]}`;
const idAt = (at: number): string => nameAt(at).toLowerCase().replace(' ', '.');

/** Everybody, managers before those below them: a head of sales, directors, managers, sellers. */
export const PEOPLE: readonly Person[] = slots().map((person, at) => ({
  ...person,
  id: idAt(at),
  name: nameAt(at),
  hiredOn: HIRED_LATE[at] ?? `20${17 + (at % 7)}-0${1 + (at % 9)}-01`,
}));

/** The sellers of a region, in a fixed order. */
export const sellersOf = (region: RegionId): readonly Person[] =>
  PEOPLE.filter((person) => person.role === 'seller' && person.region === region);

/** Who leaves in the first year, and the first day on which he is gone. */
export const LEAVER = { id: (sellersOf('emea').at(-2) as Person).id, on: '2025-12-01' } as const;

const TITLES = {
  head: 'Head of Sales',
  director: 'Regional Director',
  manager: 'Sales Manager',
  seller: 'Account Executive',
  engineer: 'Solution Engineer',
} as const;

/** How the demo company's people come in, and what changes about them in the course of the year. */
export const peopleSteps = (): DemoStep[] => {
  const start = dayOf('2025-01-01');
  const added = PEOPLE.map(({ id, name, role, region, manager, hiredOn }) => {
    const { currency } = REGIONS.find((one) => one.id === region) as (typeof REGIONS)[number];
    const email = `${id}@example.com`;
    const who = { id, name, hiredOn, currency, email, role: TITLES[role], attributes: { region } };
    return fact(Math.max(start, dayOf(hiredOn)), 7, 'add-payee', {
      ...who,
      ...(manager !== undefined && { manager }),
    });
  });
  const managers = PEOPLE.filter(({ role, region }) => role === 'manager' && region === 'amer');
  const [, second] = managers;
  const moved = sellersOf('amer').find((seller) => seller.manager === managers[0]?.id);
  return [
    ...added,
    fact(dayOf('2025-06-25'), 9, 'change-payee', {
      payee: moved?.id,
      on: '2025-07-01',
      manager: second?.id,
    }),
    fact(dayOf('2025-11-20'), 9, 'terminate-payee', { payee: LEAVER.id, on: LEAVER.on }),
  ];
};
