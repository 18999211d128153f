import type { Fact } from './fact.js';

/** The facts about each entity of a category, in the order of the log. */
export interface Shelf {
  /** Puts a fact beside those of its entity; gives whether it is the first one there. */
  add(id: string, fact: Fact): boolean;
  /** Puts other facts in the place of an entity's. */
  replace(id: string, facts: readonly Fact[]): void;
  of(id: string): readonly Fact[] | undefined;
  has(id: string): boolean;
  ids(): Iterable<string>;
}

/** A shelf for facts that are asked for again and again, or soon forgotten. */
export class OpenShelf implements Shelf {
  private readonly facts = new Map<string, Fact[]>();

  add(id: string, fact: Fact): boolean {
    const facts = this.facts.get(id);
    if (facts) facts.push(fact);
    else this.facts.set(id, [fact]);
    return facts === undefined;
  }

  replace(id: string, facts: readonly Fact[]): void {
    this.facts.set(id, [...facts]);
  }

  of(id: string): readonly Fact[] | undefined {
    return this.facts.get(id);
  }

  has(id: string): boolean {
    return this.facts.has(id);
  }

  ids(): Iterable<string> {
    return this.facts.keys();
  }

  /** Goes through the entities in the order in which they came. */
  each(visit: (facts: readonly Fact[], id: string) => void): void {
    this.facts.forEach(visit);
  }
}
