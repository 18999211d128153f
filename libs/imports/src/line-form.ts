import { canonicalJson, kinds, placeOf, same, scalarForm, shapeForm, type Form } from '#kernel';
import { handlerOf } from '#scenarios';
import type { ReadStep } from './item.js';

/** A step with its data as canonical JSON. */
export type WrittenStep = ReadStep & { readonly json: string };

// Of JSON without escapes: texts, a colon after those that name a field, and whole numbers of no more digits than a
// binary float holds.
const TOKEN = /"([^"]*)"(\s*:)?|(0|-?[1-9]\d{0,14})(?!\d)/g;
const [TEXT, NUMBER] = [String.raw`"([^"\\\x00-\x1f]*)"`, String.raw`(0|-?[1-9]\d{0,14})`];
// What stands between texts and numbers that may differ: it may not.
const GIVEN = /^(?:[ {}[\],:]|"[^"]*"|true|false)*$/;
const PLACE = /"\\u0000(\d+)"/;

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);

interface Pattern {
  /** Finds the values of a line that may differ. */
  readonly values: RegExp;
  readonly areNumbers: readonly boolean[];
  /** The line, with places for them. */
  readonly step: Readonly<Record<string, unknown>>;
}

const patternOf = (text: string): Pattern | undefined => {
  const areNumbers: boolean[] = [];
  let [source, step, at] = ['', '', 0];
  for (const { 0: token, 2: colon, 3: number, index } of text.matchAll(TOKEN)) {
    if (colon !== undefined) continue;
    const given = text.slice(at, index);
    if (!GIVEN.test(given)) return undefined;
    source += literally(given) + (number === undefined ? TEXT : NUMBER);
    step += given + JSON.stringify(placeOf(areNumbers.length));
    areNumbers.push(number !== undefined);
    at = index + token.length;
  }
  const rest = text.slice(at);
  if (!GIVEN.test(rest)) return undefined;
  const values = new RegExp(`^${source}${literally(rest)}$`);
  return { values, areNumbers, step: JSON.parse(step + rest) as Pattern['step'] };
};

/** Lines that are the same but for some of their texts and whole numbers. */
class LineForm {
  /** What stands around the values in the canonical JSON of the data, and between any two of them the place of one. */
  private readonly json: readonly string[];
  private readonly places: readonly number[];

  private constructor(
    private readonly type: string,
    private readonly pattern: Pattern,
    private readonly data: Form,
    private readonly recorded: Form | undefined,
    private readonly by: Form | undefined,
  ) {
    const pieces = canonicalJson(pattern.step[type]).split(PLACE);
    this.json = pieces.filter((_, i) => i % 2 === 0);
    this.places = pieces.filter((_, i) => i % 2 === 1).map(Number);
  }

  /** The form of a line that states this step; undefined where it has none by which to read the same. */
  static of(text: string, step: ReadStep): LineForm | undefined {
    const pattern = patternOf(text);
    const data = pattern && shapeForm(handlerOf(step.type).shape, pattern.step[step.type]);
    if (!data) return undefined;
    const { recorded, by } = pattern.step;
    const form = new LineForm(
      step.type,
      pattern,
      data,
      recorded === undefined ? undefined : scalarForm(kinds.instant, recorded),
      by === undefined ? undefined : scalarForm(kinds.id, by),
    );
    return same(form.read(text), { ...step, json: canonicalJson(step.data) }) ? form : undefined;
  }

  /** The step that a line of this form states; undefined for any other line, and where something is wrong with it. */
  read(text: string): WrittenStep | undefined {
    const found = this.pattern.values.exec(text);
    if (!found) return undefined;
    const { areNumbers } = this.pattern;
    const values: unknown[] = [];
    for (let n = 0; n < areNumbers.length; n += 1) {
      values.push(areNumbers[n] ? Number(found[n + 1]) : found[n + 1]);
    }
    const data = this.data(values) as object | undefined;
    if (!data) return undefined;
    const { type } = this;
    const json = this.jsonOf(values);
    if (!this.recorded && !this.by) return { type, data, json };
    const [recorded, by] = [this.recorded?.(values), this.by?.(values)] as (string | undefined)[];
    if ((this.recorded && recorded === undefined) || (this.by && by === undefined))
      return undefined;
    return { type, data, json, ...(recorded && { recorded }), ...(by && { by }) };
  }

  private jsonOf(values: readonly unknown[]): string {
    const { json, places } = this;
    let text = json[0] as string;
    for (let i = 0; i < places.length; i += 1) {
      const value = values[places[i] as number];
      // No text was escaped, and no normal form brings in what would have to be.
      text += typeof value === 'string' ? `"${value}"` : canonicalJson(value);
      text += json[i + 1] as string;
    }
    return text;
  }
}

const FORMS = 8;
// Longer ones are hardly ever alike.
const LENGTH_AT_MOST = 4000;
// To learn a form takes as long as to read some ten lines.
const [LEARNED_FIRST, LINES_A_FORM] = [100, 10];

/** The forms of the last lines of a file: most lines have one that was there before. */
export class LineForms {
  private readonly forms: LineForm[] = [];
  private learned = 0;
  private found = 0;

  /** The step that a line states, where its form is known and nothing is wrong with it. */
  read(text: string): WrittenStep | undefined {
    for (const [place, form] of this.forms.entries()) {
      const step = form.read(text);
      if (!step) continue;
      this.found += 1;
      if (place > 0) this.first(form, place);
      return step;
    }
    return undefined;
  }

  /** Remembers the form of a line that was read with care, unless nearly every line has another one. */
  learn(text: string, step: ReadStep): void {
    if (text.length > LENGTH_AT_MOST || text.includes('\\')) return;
    if (this.learned > LEARNED_FIRST + this.found / LINES_A_FORM) return;
    this.learned += 1;
    const form = LineForm.of(text, step);
    if (form) this.first(form, FORMS - 1);
  }

  private first(form: LineForm, place: number): void {
    this.forms.splice(place, 1);
    this.forms.unshift(form);
  }
}
