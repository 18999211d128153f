import { shown } from '#kernel';

/** What is wrong with a JSON text, and the character, from 1, where it stands. */
export interface JsonFault {
  readonly column: number;
  readonly message: string;
  /** The key that stands twice, where that is the fault. */
  readonly twice?: string;
}

// As for YAML: no step needs more, and what walks through a value must not run out of stack.
const DEPTH_AT_MOST = 100;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// Whatever comes after the control characters, but for quotes and backslashes.
const PLAIN = String.raw`[ !#-\[\]-\u{10ffff}]*`;
const STRING = new RegExp(
  String.raw`"${PLAIN}(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})${PLAIN})*"`,
  'uy',
);
const WORD = /true|false|null/y;
const SPACE = /[ \t\r\n]*/y;

type Awaited = 'a value' | 'a value or ]' | 'a key' | 'a key or }' | ':' | 'more' | 'the end';

const CLOSING = { '{': '}', '[': ']' } as const;

/** Walks through a JSON text up to the first thing that is wrong with it. */
class Scan {
  private at = 0;
  private awaited: Awaited = 'a value';
  /** What is open around: the keys so far of an object, nothing for a list. */
  private readonly open: (Set<string> | undefined)[] = [];

  private lastKey = '';
  private twice: string | undefined;

  constructor(private readonly text: string) {}

  fault(): JsonFault | undefined {
    for (;;) {
      this.take(SPACE);
      const { at } = this;
      if (at === this.text.length && this.awaited === 'the end') return undefined;
      const message = this.step();
      if (message === undefined) continue;
      return { column: at + 1, message, ...(this.twice !== undefined && { twice: this.twice }) };
    }
  }

  private take(form: RegExp): string | undefined {
    form.lastIndex = this.at;
    const found = form.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  /** Takes one token; gives what is wrong with it. */
  private step(): string | undefined {
    const sign = this.text[this.at] ?? '';
    if (this.awaited === ':' && sign === ':') return this.after('a value');
    if (this.awaited === 'more' && sign === ',') {
      return this.after(this.open.at(-1) ? 'a key' : 'a value');
    }
    if (this.closes(sign)) {
      this.open.pop();
      return this.after(this.open.length === 0 ? 'the end' : 'more');
    }
    if (this.awaited.startsWith('a key')) return this.key();
    if (this.awaited.startsWith('a value')) return this.value(sign);
    return this.unexpected();
  }

  private closes(sign: string): boolean {
    const closing = CLOSING[this.open.at(-1) ? '{' : '['];
    const mayClose = ['more', 'a value or ]', 'a key or }'].includes(this.awaited);
    return this.open.length > 0 && mayClose && sign === closing;
  }

  private after(awaited: Awaited): undefined {
    this.at += 1;
    this.awaited = awaited;
  }

  private key(): string | undefined {
    const written = this.take(STRING);
    if (written === undefined) return this.unexpected();
    const key = JSON.parse(written) as string;
    const keys = this.open.at(-1) as Set<string>;
    if (keys.has(key)) {
      this.twice = key;
      return `the key ${shown(key)} stands here for the second time`;
    }
    keys.add(key);
    this.lastKey = key;
    this.awaited = ':';
    return undefined;
  }

  private value(sign: string): string | undefined {
    if (sign === '{' || sign === '[') {
      if (this.open.length === DEPTH_AT_MOST) {
        return `this is nested more than ${DEPTH_AT_MOST} deep, the most that a step may be`;
      }
      this.open.push(sign === '{' ? new Set() : undefined);
      return this.after(sign === '{' ? 'a key or }' : 'a value or ]');
    }
    const number = this.take(NUMBER);
    if (number === undefined && !this.take(STRING) && !this.take(WORD)) return this.unexpected();
    this.awaited = this.open.length === 0 ? 'the end' : 'more';
    // Read as JSON, its digits would pass through a binary float.
    if (number === undefined || /^-?\d+$/.test(number)) return undefined;
    const found = `found ${number.slice(0, 60)}, a number with a fraction: write it in quotes`;
    return this.open.length === 0 ? found : `${shown(this.lastKey).slice(1, -1)}: ${found}`;
  }

  private unexpected(): string {
    const sign = this.text.slice(this.at, this.at + 1);
    const found = sign === '' ? 'that the line ends here' : JSON.stringify(sign);
    const ends = this.open.at(-1) ? '}' : ']';
    const expected = this.awaited === 'more' ? `a comma or ${ends}` : this.awaited;
    return `not a JSON object on one line: found ${found}, expected ${expected}`;
  }
}

/**
 * What is wrong with a JSON text: where it is no JSON, a key that stands twice in one object, a
 * number that is not whole, and what is nested too deep. The first fault, or none.
 */
export const faultInJson = (text: string): JsonFault | undefined => new Scan(text).fault();

interface Found {
  keys: number;
  numbers: number;
}

// How many keys and numbers a value has; more keys than any text where it is nested too deep.
const lookInto = (value: object, found: Found, depth = 0): Found => {
  if (depth >= DEPTH_AT_MOST) found.keys = Infinity;
  else {
    const isList = Array.isArray(value);
    for (const name in value) {
      if (!isList) found.keys += 1;
      const part = (value as Readonly<Record<string, unknown>>)[name];
      if (typeof part === 'number') found.numbers += 1;
      else if (typeof part === 'object' && part !== null) lookInto(part, found, depth + 1);
    }
  }
  return found;
};

const FRACTION = /[:[,]\s*-?\d+[.eE]/;

// Every key has a quote and a colon after it; text within quotes may look the same, never the other
// way round.
const colonsIn = (text: string): number => {
  let count = 0;
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) {
    let before = at - 1;
    while (text.charCodeAt(before) <= 32) before -= 1;
    if (text[before] === '"') count += 1;
  }
  return count;
};

/**
 * Whether a text that was read as JSON may have had something that reading loses; quick, and
 * mistaken only in that some text is walked through in vain.
 */
export const isSuspicious = (text: string, value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return true;
  const { keys, numbers } = lookInto(value, { keys: 0, numbers: 0 });
  return colonsIn(text) !== keys || (numbers > 0 && FRACTION.test(text));
};
