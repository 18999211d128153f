import { grown, TextIndex } from '#kernel';
import type { Fact } from './fact.js';
import { PackedTexts } from './packed-texts.js';
import type { Shelf } from './shelf.js';

/** In which circumstances a fact was recorded; its stream where that is not its entity's. */
interface Circumstances extends Pick<Fact, 'type' | 'recorded' | 'by' | 'byPayee'> {
  readonly stream?: string;
}

// Those of many facts are the same.
const KEPT_CIRCUMSTANCES = 1000;

/** A fact whose data are read when somebody asks for them. */
class PackedFact implements Fact {
  readonly type: string;
  readonly recorded: string;
  readonly by: string;
  declare readonly byPayee?: string;
  #data: object | string;

  constructor(
    readonly position: number,
    readonly stream: string,
    { type, recorded, by, byPayee }: Circumstances,
    json: string,
  ) {
    this.type = type;
    this.recorded = recorded;
    this.by = by;
    if (byPayee !== undefined) this.byPayee = byPayee;
    this.#data = json;
  }

  get data(): object {
    if (typeof this.#data === 'string') this.#data = JSON.parse(this.#data) as object;
    return this.#data;
  }
}

/**
 * A shelf for facts about very many entities, each with a few: they are kept as JSON, as bytes, and
 * read again whenever somebody asks. An object that lives costs several times its size, since V8
 * lets garbage grow to a multiple of what it has to look through.
 */
export class PackedShelf implements Shelf {
  private readonly entities = new TextIndex();
  /** By entity, the number of its last fact and one; 0: it has none. */
  private lasts = new Uint32Array(16);
  private facts = 0;
  /** By fact, the number and one of the one before it about the same entity; 0: there is none. */
  private befores = new Uint32Array(16);
  private positions = new Float64Array(16);
  private circumstances = new Float64Array(16);
  private datas = new Float64Array(16);
  private readonly texts = new PackedTexts();
  private last: Partial<Circumstances> & { readonly address: number } = { address: 0 };
  private readonly read = new Map<number, Circumstances>();

  private readonly prefix: string;

  constructor(category: string) {
    this.prefix = `${category}-`;
  }

  add(id: string, fact: Fact): boolean {
    const entity = this.entities.add(id);
    this.lasts = grown(this.lasts, entity + 1);
    const before = this.lasts[entity] as number;
    const number = this.facts;
    this.facts += 1;
    this.befores = grown(this.befores, this.facts);
    this.positions = grown(this.positions, this.facts);
    this.circumstances = grown(this.circumstances, this.facts);
    this.datas = grown(this.datas, this.facts);
    this.befores[number] = before;
    this.positions[number] = fact.position;
    this.circumstances[number] = this.addressOf(id, fact);
    this.datas[number] = this.texts.add(JSON.stringify(fact.data));
    this.lasts[entity] = number + 1;
    return before === 0;
  }

  replace(id: string, facts: readonly Fact[]): void {
    const entity = this.entities.add(id);
    // What was said there before is not to be found in memory either.
    this.numbersOf(entity).forEach((number) => this.texts.erase(this.datas[number] as number));
    this.lasts[entity] = 0;
    for (const fact of facts) this.add(id, fact);
  }

  of(id: string): readonly Fact[] | undefined {
    const entity = this.entities.find(id);
    if (entity === undefined) return undefined;
    return this.numbersOf(entity).map((number) => {
      const circumstances = this.circumstancesAt(this.circumstances[number] as number);
      const { stream = this.prefix + id } = circumstances;
      const json = this.texts.at(this.datas[number] as number);
      return new PackedFact(this.positions[number] as number, stream, circumstances, json);
    });
  }

  has(id: string): boolean {
    return this.entities.find(id) !== undefined;
  }

  *ids(): Iterable<string> {
    for (let entity = 0; entity < this.entities.size; entity += 1) yield this.entities.text(entity);
  }

  private numbersOf(entity: number): number[] {
    const numbers: number[] = [];
    for (let next = this.lasts[entity] as number; next > 0; next = this.befores[next - 1] as number)
      numbers.push(next - 1);
    return numbers.reverse();
  }

  // Facts that were recorded together share their circumstances.
  private addressOf(id: string, { stream, type, recorded, by, byPayee }: Fact): number {
    const { last } = this;
    const isOwn = stream.length === this.prefix.length + id.length && stream.endsWith(id);
    const elsewhere = isOwn && stream.startsWith(this.prefix) ? undefined : stream;
    const isSame =
      last.recorded === recorded &&
      last.type === type &&
      last.by === by &&
      last.byPayee === byPayee &&
      last.stream === elsewhere;
    if (!isSame) {
      const circumstances = { type, recorded, by, byPayee, stream: elsewhere };
      const address = this.texts.add(JSON.stringify(circumstances));
      this.last = { ...circumstances, address };
    }
    return this.last.address;
  }

  private circumstancesAt(address: number): Circumstances {
    let known = this.read.get(address);
    if (!known) {
      known = JSON.parse(this.texts.at(address)) as Circumstances;
      if (this.read.size >= KEPT_CIRCUMSTANCES) this.read.clear();
      this.read.set(address, known);
    }
    return known;
  }
}
