import {
  didYouMean,
  isObject,
  kinds,
  readShape,
  REFUSAL_CODES,
  shown,
  type Fault,
  type RefusalCode,
  type Shape,
} from '#kernel';
import { commandTable, handlerOf } from './commands.js';
import { Expectations } from './expectations.js';
import {
  faultsIn,
  MalformedFile,
  placeOf,
  readYaml,
  sourceOf,
  type FileFault,
  type Place,
  type Source,
} from './yaml.js';

/** A fact as somebody states it; `recorded` and `by` as in the step before and `admin` if absent. */
export interface CommandStep {
  readonly kind: 'command';
  readonly type: string;
  readonly data: object;
  readonly recorded?: string;
  readonly by?: string;
}

/** Rows that must be found in the tables of what the facts before come to. */
export interface ExpectStep {
  readonly kind: 'expect';
  readonly expected: Expectations;
  readonly recorded?: string;
}

/** A command that must be refused, for the reason named if one is; a malformed one is refused. */
export interface RejectStep {
  readonly kind: 'reject';
  readonly step:
    | CommandStep
    | { readonly kind: 'malformed'; readonly code: RefusalCode; readonly message: string };
  readonly code?: RefusalCode;
}

/** A step of a scenario, numbered from 1, and where it stands. */
export type Step = (CommandStep | ExpectStep | RejectStep) & {
  readonly number: number;
  readonly place: Place;
  /** The place of a part of the step, such as `earnings[0].amount`. */
  readonly placeOf: (path: string) => Place;
};

/** Facts in the order in which they were recorded, with what is expected of them in between. */
export interface Scenario {
  readonly scenario: string;
  readonly source?: string;
  readonly steps: readonly Step[];
}

const MARKS = ['recorded', 'by'];
const CHECKS = ['expect', 'reject'];
// A longer list of what would be valid is only shown where none of it is near.
const SHOWN_AT_MOST = 15;

/** Collects what is wrong with a file, each fault at its own place. */
class Checker {
  readonly faults: FileFault[] = [];

  private at(place: Place, message: string): undefined {
    this.faults.push({ ...place, message });
    return undefined;
  }

  private entry(source: Source, name: string): Source | undefined {
    return source.entries?.get(name)?.source;
  }

  /** Refuses keys that do not belong here, and what is not a map at all. */
  private keys(source: Source, what: string, valid: readonly string[]): boolean {
    if (!source.entries) {
      const some =
        valid.length > SHOWN_AT_MOST ? 'one command, such as book-deal' : valid.join(', ');
      this.at(source.place, `found ${shown(source.value)}, expected ${what} with ${some}`);
      return false;
    }
    for (const [name, { key }] of source.entries) {
      if (valid.includes(name)) continue;
      const meant = didYouMean(name, valid);
      const list = meant && valid.length > SHOWN_AT_MOST ? '' : `; valid: ${valid.join(', ')}`;
      this.at(key, `${what} has no ${shown(name)}${meant}${list}`);
    }
    return true;
  }

  private scalar(source: Source | undefined, kind: kinds.Scalar): string | undefined {
    if (!source) return undefined;
    const value = kind.read(source.value);
    if (typeof value === 'string') return value;
    const hint = kind.hint?.(source.value);
    const found = `found ${shown(source.value)}, expected ${kind.valid}`;
    return this.at(source.place, hint ? `${found}; ${hint}` : found);
  }

  private shape<T extends object>(source: Source, shape: Shape<T>): T | undefined {
    const reading = readShape(shape, source.value);
    if (reading.faults === undefined) return reading.data;
    for (const fault of reading.faults) this.fault(source, fault);
    return undefined;
  }

  private fault(source: Source, { path, code, message }: Fault): void {
    const whose = code === 'unknown-field' ? 'key' : 'value';
    const name = path === '' ? '' : `${path}: `;
    this.at(placeOf(source, path, whose), `${name}${message}`);
  }

  scenario(source: Source): Scenario | undefined {
    if (!this.keys(source, 'a scenario', ['scenario', 'source', 'steps'])) return undefined;
    const title = this.entry(source, 'scenario');
    if (this.numbers(title) || this.numbers(this.entry(source, 'source'))) return undefined;
    if (!title) this.at(source.place, 'scenario: is missing, expected what the scenario shows');
    const scenario = this.scalar(title, kinds.text);
    const from = this.scalar(this.entry(source, 'source'), kinds.text);
    const list = this.entry(source, 'steps');
    if (!list) return this.at(source.place, 'steps: is missing, expected a list of steps');
    if (!list.items) {
      const found = shown(list.value);
      return this.at(list.place, `steps: found ${found}, expected a list, each step after a dash`);
    }
    const steps = this.steps(list.items);
    return { scenario: scenario ?? '', ...(from !== undefined && { source: from }), steps };
  }

  steps(items: readonly Source[]): Step[] {
    const steps = items.map((item, i) => this.numbered(item, i + 1));
    return steps.filter((step): step is Step => step !== undefined);
  }

  private numbered(source: Source, number: number): Step | undefined {
    const step = this.step(source);
    if (!step) return undefined;
    const name = step.kind === 'command' ? step.type : step.kind;
    const content = this.entry(source, name) ?? source;
    return { ...step, number, place: source.place, placeOf: (path) => placeOf(content, path) };
  }

  private step(source: Source): CommandStep | ExpectStep | RejectStep | undefined {
    const name = this.nameOf(source, [...Object.keys(commandTable), ...CHECKS]);
    if (name === undefined) return undefined;
    const content = this.entry(source, name) as Source;
    if (name !== 'reject' && this.numbers(source)) return undefined;
    const recorded = this.scalar(this.entry(source, 'recorded'), kinds.instant);
    const by = this.scalar(this.entry(source, 'by'), kinds.id);
    const marks = { ...(recorded !== undefined && { recorded }), ...(by !== undefined && { by }) };
    if (name === 'reject') return this.reject(content, marks);
    if (name === 'expect') {
      const key = source.entries?.get('by')?.key;
      if (key) this.at(key, 'nobody records an expect step, so it has no by; put by on a command');
      const expected = this.shape(content, Expectations);
      return expected && { kind: 'expect', expected, ...(recorded !== undefined && { recorded }) };
    }
    const data = this.shape(content, handlerOf(name).shape);
    // The steps that a plan carries as its tests are steps like all others.
    if (data && name === 'publish-plan') this.steps(this.entry(content, 'tests')?.items ?? []);
    return data && { kind: 'command', type: name, data, ...marks };
  }

  private numbers(source: Source | undefined): boolean {
    const faults = source ? faultsIn(source) : [];
    this.faults.push(...faults);
    return faults.length > 0;
  }

  // The one key of a step that says what it does.
  private nameOf(source: Source, names: readonly string[]): string | undefined {
    const valid = [...names, ...MARKS];
    const before = this.faults.length;
    if (!this.keys(source, 'a step', valid) || this.faults.length > before) return undefined;
    const given = [...(source.entries?.keys() ?? [])].filter((name) => !MARKS.includes(name));
    if (given.length === 1) return given[0];
    if (given.length === 0) return this.at(source.place, `a step needs one of ${names.join(', ')}`);
    const { key } = source.entries?.get(given[1] as string) as { key: Place };
    return this.at(
      key,
      `a step does one thing and has ${given.join(' and ')}: begin a step of its own`,
    );
  }

  private reject(
    source: Source,
    marks: Pick<CommandStep, 'recorded' | 'by'>,
  ): RejectStep | undefined {
    const what = 'what is rejected';
    if (!this.keys(source, what, ['step', 'code'])) return undefined;
    const step = this.entry(source, 'step');
    if (!step)
      return this.at(source.place, 'step: is missing, expected a step that must be refused');
    const written = this.entry(source, 'code');
    const code = written && this.scalar(written, kinds.oneOf(Object.keys(REFUSAL_CODES)));
    const inner = new Checker();
    const read = isObject(step.value) ? inner.step(step) : undefined;
    // A step that is not even well formed counts as refused.
    const rejected =
      read?.kind === 'command' && inner.faults.length === 0
        ? { ...marks, ...read }
        : inner.malformed(step);
    return {
      kind: 'reject',
      step: rejected,
      ...(code !== undefined && { code: code as RefusalCode }),
    };
  }

  private malformed(step: Source): Extract<RejectStep['step'], { kind: 'malformed' }> {
    const known = [...Object.keys(commandTable), ...CHECKS, ...MARKS];
    const names = [...(step.entries?.keys() ?? [])];
    const unknown = names.some((name) => !known.includes(name));
    const message = this.faults[0]?.message ?? 'it is not a command';
    return { kind: 'malformed', code: unknown ? 'UnknownCommand' : 'Malformed', message };
  }
}

/** Reads steps that came without a file, such as the tests of a plan. Throws `MalformedFile`. */
export const readSteps = (plain: readonly unknown[]): Step[] => {
  const checker = new Checker();
  const steps = checker.steps(plain.map(sourceOf));
  if (checker.faults.length > 0) throw new MalformedFile(checker.faults);
  return steps;
};

/** Reads a scenario file. Throws `MalformedFile` with every fault, its place, and what is valid. */
export const readScenario = (text: string): Scenario => {
  const checker = new Checker();
  const scenario = checker.scenario(readYaml(text));
  if (!scenario || checker.faults.length > 0) {
    const inOrder = (a: Place, b: Place): number => a.line - b.line || a.column - b.column;
    throw new MalformedFile([...checker.faults].sort(inOrder));
  }
  return scenario;
};
