import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node, Pair, YAMLError } from 'yaml';

/** A place in a file, counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a file, where, and what would be valid there. */
export interface FileFault extends Place {
  readonly message: string;
}

/** A file that cannot be read: every fault of it, in the order of the file. */
export class MalformedFile extends Error {
  override readonly name = 'MalformedFile';

  constructor(readonly faults: readonly FileFault[]) {
    super(faults.map(({ line, column, message }) => `${line}:${column}: ${message}`).join('\n'));
  }
}

/** A value of a YAML file as plain JSON, with the place of each of its parts. */
export interface Source {
  readonly value: unknown;
  readonly place: Place;
  readonly entries?: ReadonlyMap<string, { readonly key: Place; readonly source: Source }>;
  readonly items?: readonly Source[];
  /** What is wrong with this value, where it is a number that YAML would not keep as written. */
  readonly fault?: string;
}

// What aliases unfold to, at most: a file of a few lines can otherwise name more than memory holds.
const NODES_AT_MOST = 1_000_000;
const DEPTH_AT_MOST = 100;
const WHOLE = /^[-+]?\d+$/;

// Money must not pass through a binary float, so a number is only taken where it is whole.
const scalar = (node: Node | null, place: Place): Source => {
  const value: unknown = isScalar(node) ? node.value : null;
  const written = isScalar(node) ? (node.source ?? String(value)) : '';
  if (typeof value === 'number') {
    const fault = `found ${written}, a number with a fraction: write it in quotes, "${written}"`;
    return { value, place, fault };
  }
  if (typeof value !== 'bigint') return { value, place };
  if (!WHOLE.test(written)) {
    const fault = `found ${written}: write a number in decimals, or text in quotes, "${written}"`;
    return { value: written, place, fault };
  }
  const number = Number(value);
  return { value: Number.isSafeInteger(number) ? number : written, place };
};

/** Plain JSON that came without a file, as if it stood in the first line of one. */
export const sourceOf = (value: unknown): Source => {
  const place = { line: 1, column: 1 };
  if (Array.isArray(value)) return { value, place, items: value.map(sourceOf) };
  if (typeof value !== 'object' || value === null) return { value, place };
  const entries = Object.entries(value).map(
    ([name, part]) => [name, { key: place, source: sourceOf(part) }] as const,
  );
  return { value, place, entries: new Map(entries) };
};

/** Everything that is wrong with the numbers inside a part of a file. */
export const faultsIn = (source: Source): FileFault[] => {
  if (source.fault !== undefined) return [{ ...source.place, message: source.fault }];
  const parts = source.items ?? [...(source.entries?.values() ?? [])].map((entry) => entry.source);
  return parts.flatMap(faultsIn);
};

class Reader {
  readonly faults: FileFault[] = [];
  private nodes = 0;

  constructor(
    private readonly document: Document,
    private readonly lines: LineCounter,
  ) {}

  read(node: Node | null, around: Place, depth = 0): Source {
    const place = node?.range ? this.placeOf(node.range[0]) : around;
    this.nodes += 1;
    if (this.nodes > NODES_AT_MOST || depth > DEPTH_AT_MOST) {
      if (this.faults.length === 0)
        this.fault(place, 'too much is nested here, or named by aliases');
      return { value: null, place };
    }
    if (isAlias(node)) {
      const target = node.resolve(this.document);
      if (target) return { ...this.read(target, place, depth + 1), place };
      return this.fault(place, `there is no anchor &${node.source} before this`);
    }
    if (isMap(node)) return this.map(node.items as Pair<Node, Node | null>[], place, depth);
    if (isSeq(node)) {
      const items = (node.items as Node[]).map((item) => this.read(item, place, depth + 1));
      return { value: items.map(({ value }) => value), place, items };
    }
    return scalar(node, place);
  }

  placeOf(offset: number): Place {
    const { line, col } = this.lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  private map(pairs: readonly Pair<Node, Node | null>[], place: Place, depth: number): Source {
    const entries = new Map<string, { key: Place; source: Source }>();
    for (const pair of pairs) {
      const key = pair.key?.range ? this.placeOf(pair.key.range[0]) : place;
      const name = isScalar(pair.key) ? (pair.key.source ?? pair.key.value) : undefined;
      if (typeof name !== 'string') this.fault(key, 'a key is a name, such as id:');
      else entries.set(name, { key, source: this.read(pair.value, key, depth + 1) });
    }
    const values = [...entries].map(([name, { source }]) => [name, source.value]);
    return { value: Object.fromEntries(values) as object, place, entries };
  }

  private fault(place: Place, message: string): Source {
    this.faults.push({ ...place, message });
    return { value: null, place };
  }
}

// What the parser says for programmers, said for people.
const WORDS: Partial<Record<YAMLError['code'], string>> = {
  MULTIPLE_DOCS:
    'a file holds one YAML document; a second one begins here: put it into a file of its own',
  DUPLICATE_KEY: 'this key stands here for the second time; each may stand once',
};

const faultOf = (error: YAMLError, placeOf: (offset: number) => Place): FileFault => ({
  ...placeOf(error.pos[0]),
  message: WORDS[error.code] ?? (error.message.split('\n', 1)[0] as string),
});

// YAML would take both as text like all other. U+FFFD stands for bytes that could not be read.
const NOT_TEXT = /\0|\uFFFD/;

const refuseNotText = (text: string): void => {
  const at = text.search(NOT_TEXT);
  if (at < 0) return;
  const before = text.slice(0, at).split('\n');
  const message =
    text[at] === '\0'
      ? 'a NUL character, which text cannot hold; save the file in UTF-8'
      : 'bytes that are not UTF-8 text; save the file in UTF-8';
  const column = (before.at(-1) ?? '').length + 1;
  throw new MalformedFile([{ line: before.length, column, message }]);
};

/**
 * Reads a YAML 1.2 file (core schema) into plain JSON with places. Throws `MalformedFile` for what
 * is not YAML, and for a second document; numbers with a fraction are faults of their own values.
 */
export const readYaml = (text: string): Source => {
  refuseNotText(text);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    version: '1.2',
    schema: 'core',
    intAsBigInt: true,
    prettyErrors: false,
  });
  const reader = new Reader(document, lines);
  const problems = [...document.errors, ...document.warnings];
  const faults = problems.map((problem) => faultOf(problem, (offset) => reader.placeOf(offset)));
  if (faults.length > 0) throw new MalformedFile(faults);
  const source = reader.read(document.contents as Node | null, { line: 1, column: 1 });
  if (reader.faults.length > 0) throw new MalformedFile(reader.faults);
  return source;
};

const partOf = (
  source: Source,
  path: string,
): { at: Source; key: Place; rest: string } | undefined => {
  const index = /^\[(\d+)\]\.?/.exec(path);
  if (index) {
    const at = source.items?.[Number(index[1])];
    return at && { at, key: at.place, rest: path.slice(index[0].length) };
  }
  // Names may hold dots themselves (attributes do): the longest that fits is meant.
  const names = [...(source.entries?.keys() ?? [])].filter(
    (name) => path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`),
  );
  const name = names.sort((a, b) => b.length - a.length)[0];
  const entry = name === undefined ? undefined : source.entries?.get(name);
  if (!entry || name === undefined) return undefined;
  return { at: entry.source, key: entry.key, rest: path.slice(name.length).replace(/^\./, '') };
};

/**
 * The place of a part such as `components[0].tiers.steps[1].from`; of the nearest part around it,
 * where it is missing; of its key instead of its value, where the key is what is wrong.
 */
export const placeOf = (source: Source, path: string, whose: 'key' | 'value' = 'value'): Place => {
  let [at, place] = [source, source.place];
  for (let rest = path; rest !== '';) {
    const part = partOf(at, rest);
    if (!part) return place;
    at = part.at;
    rest = part.rest;
    place = rest === '' && whose === 'key' ? part.key : at.place;
  }
  return place;
};
