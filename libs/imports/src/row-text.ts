import { canonicalJson } from '#kernel';
import { decideFirst, handlerOf, type First } from '#scenarios';
import { readStep, type Ahead, type Booked, type Item, type ReadStep } from './item.js';
import { jsonItem } from './json-line.js';
import { LineForms } from './line-form.js';
import type { Line } from './rows.js';
import { bookedBy } from './totals.js';

// A row as one line of text: a thread gives a page of them to another as one text, where objects would be copied field
// by field. Its fields: line, kind, stream, payees, amounts, content. No id can hold a control character, and canonical
// JSON cannot hold a line feed.
const BETWEEN = '\t';
const WITHIN = '\x1f';

// What many rows have in common, and is read once a page: type, instant and user of the step, type of its event where it
// could be decided on as the first of its stream, currency of its amounts.
const kindOf = (
  { type, recorded = '', by = '' }: ReadStep,
  first?: First,
  booked?: Booked,
): string => [type, recorded, by, first?.event ?? '', booked?.currency ?? ''].join(WITHIN);

const stepText = (line: number, step: ReadStep): string => {
  const { type, data, json = canonicalJson(data) } = step;
  const [first, booked] = [decideFirst(step), bookedBy(step)];
  const payees = first?.payees.join(WITHIN) ?? '';
  const amounts = booked?.amounts.join(WITHIN) ?? '';
  const stream = handlerOf(type).stream(data);
  return `${line}\t${kindOf(step, first, booked)}\t${stream}\t${payees}\t${amounts}\t${json}`;
};

/** Reads and checks the lines of a file, a page at a time, and writes each as a line of text. */
export class PageWriter {
  private readonly forms = new LineForms();

  write(lines: readonly Line[]): string {
    return lines.map((line) => this.row(line)).join('\n');
  }

  private row(of: Line): string {
    const { line, text, fault } = of;
    const known = fault ? undefined : this.forms.read(text);
    if (known) return stepText(line, known);
    const item = jsonItem(of);
    const step = item.faults ?? readStep(item.step);
    if ('type' in step) {
      this.forms.learn(text, step);
      return stepText(line, step);
    }
    const row = item.row ? item.row() : item.step;
    return `${line}\t\t\t\t\t${JSON.stringify({ faults: step, row })}`;
  }
}

interface RowKind {
  readonly type: string;
  readonly recorded: string | undefined;
  readonly by: string | undefined;
  readonly event: string;
  readonly currency: string;
}

const readKind = (text: string): RowKind => {
  const [type, recorded, by, event, currency] = text.split(WITHIN) as [string, ...string[]];
  return {
    type,
    recorded: recorded || undefined,
    by: by || undefined,
    event: event ?? '',
    currency: currency ?? '',
  };
};

const NONE: readonly string[] = [];

const listOf = (text: string): readonly string[] => {
  if (text === '') return NONE;
  // Mostly there is one, and looking is quicker than splitting.
  return text.includes(WITHIN) ? text.split(WITHIN) : [text];
};

/** A step of which nothing is read before somebody asks for it: most are recorded without their data. */
class UnreadStep implements ReadStep, Ahead {
  private content: object | undefined;

  constructor(
    private readonly kind: RowKind,
    readonly stream: string,
    private readonly payees: string,
    private readonly amounts: string,
    readonly json: string,
  ) {}

  get type(): string {
    return this.kind.type;
  }

  get recorded(): string | undefined {
    return this.kind.recorded;
  }

  get by(): string | undefined {
    return this.kind.by;
  }

  get data(): object {
    return (this.content ??= JSON.parse(this.json) as object);
  }

  get ahead(): Ahead {
    return this;
  }

  get first(): First | undefined {
    const { event } = this.kind;
    return event === '' ? undefined : { event, payees: listOf(this.payees) };
  }

  get booked(): Booked | undefined {
    const { currency } = this.kind;
    return currency === '' ? undefined : { currency, amounts: listOf(this.amounts) };
  }
}

const faultyItem = (line: number, json: string): Item => {
  const { faults, row } = JSON.parse(json) as Required<Pick<Item, 'faults'>> & { row: unknown };
  return { line, faults, row: () => row };
};

/** Reads the rows of one page, field by field. */
class PageText {
  private readonly kinds = new Map<string, RowKind>();
  private at = 0;

  constructor(private readonly text: string) {}

  items(): Item[] {
    const items: Item[] = [];
    while (this.at < this.text.length) items.push(this.item());
    return items;
  }

  private item(): Item {
    const line = Number(this.upTo(BETWEEN));
    const kind = this.upTo(BETWEEN);
    const stream = this.upTo(BETWEEN);
    const payees = this.upTo(BETWEEN);
    const amounts = this.upTo(BETWEEN);
    const json = this.upTo('\n');
    if (kind === '') return faultyItem(line, json);
    return { line, read: new UnreadStep(this.kind(kind), stream, payees, amounts, json) };
  }

  private upTo(end: string): string {
    const { at, text } = this;
    const found = text.indexOf(end, at);
    const next = found < 0 ? text.length : found;
    this.at = next + 1;
    return text.slice(at, next);
  }

  private kind(text: string): RowKind {
    let kind = this.kinds.get(text);
    if (!kind) this.kinds.set(text, (kind = readKind(text)));
    return kind;
  }
}

/** The rows of a page that was read. */
export const itemsOf = (page: string): Item[] => new PageText(page).items();
