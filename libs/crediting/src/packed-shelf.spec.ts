import type { Fact } from './fact.js';
import { PackedShelf } from './packed-shelf.js';
import { OpenShelf } from './shelf.js';

const plain = (fact: Fact): Fact => ({ ...fact, data: fact.data });

const factOf = (position: number, id: string, data: object, more: Partial<Fact> = {}): Fact => ({
  position,
  stream: `payee-${id}`,
  type: position % 3 === 0 ? 'PayeeChanged' : 'PayeeAdded',
  recorded: `2026-01-0${1 + (position % 5)}T09:00:00Z`,
  by: position % 2 === 0 ? 'ana' : 'bob',
  ...(position % 7 === 0 && { byPayee: 'r1' }),
  data,
  ...more,
});

describe('a shelf of packed facts', () => {
  it('gives each fact back as it was put there, beside those of its entity', () => {
    const [packed, open] = [new PackedShelf('payee'), new OpenShelf()];
    for (let position = 1; position <= 4000; position += 1) {
      const id = `r${(position * 31) % 1500}`;
      const said = { id, name: `Zoë 山田 ${position}`, states: [{ rate: '0.1', on: position }] };
      const fact = factOf(position, id, said);
      expect(packed.add(id, fact)).toBe(open.add(id, fact));
    }
    // Of an entity whose facts are in the stream of another.
    const elsewhere = factOf(4001, 'r1', { payee: 'r1' }, { stream: 'payee-other-1' });
    packed.add('r1', elsewhere);
    open.add('r1', elsewhere);
    const ids = [...packed.ids()];
    expect(ids).toEqual([...open.ids()]);
    for (const id of ids) expect(packed.of(id)?.map(plain)).toEqual(open.of(id));
    expect(ids.every((id) => packed.has(id))).toBe(true);
    expect(packed.of('r1500')).toBeUndefined();
    expect(packed.has('r1500')).toBe(false);
  });

  it('takes texts of any length', () => {
    const packed = new PackedShelf('payee');
    const texts = ['', 'é'.repeat(400_000), 'x', '山'.repeat(1_200_000), 'y'];
    texts.forEach((name, n) => packed.add(`r${n}`, factOf(n, `r${n}`, { name })));
    expect(texts.map((_, n) => packed.of(`r${n}`)?.[0]?.data)).toEqual(
      texts.map((name) => ({ name })),
    );
  });

  it('keeps nothing of what was replaced', () => {
    const packed = new PackedShelf('payee');
    packed.add('r1', factOf(1, 'r1', { name: 'Ana Ruiz' }));
    packed.add('r2', factOf(2, 'r2', { name: 'Bob Stone' }));
    packed.add('r1', factOf(3, 'r1', { name: 'Ana Diaz' }));
    const facts = packed.of('r1') as readonly Fact[];
    packed.replace(
      'r1',
      facts.map((fact) => ({ ...fact, data: { name: 'Forgotten' } })),
    );
    expect(packed.of('r1')?.map(({ data, position }) => [position, data])).toEqual([
      [1, { name: 'Forgotten' }],
      [3, { name: 'Forgotten' }],
    ]);
    expect(packed.of('r2')?.map(({ data }) => data)).toEqual([{ name: 'Bob Stone' }]);
    const { texts } = packed as unknown as { texts: { pages: readonly Uint8Array[] } };
    const held = texts.pages.map((page) => new TextDecoder().decode(page)).join('');
    expect(held).toContain('Bob Stone');
    expect(held).not.toMatch(/Ruiz|Diaz/);
  });
});
