// Texts are found with fewer looks where at least half of the places are free.
const PLACES_A_TEXT = 2;

/** Typed arrays grow by doubling; what is not used of them takes no memory yet. */
export const grown = <T extends Float64Array | Uint32Array | Uint16Array>(
  array: T,
  size: number,
): T => {
  if (size <= array.length) return array;
  const larger = new (array.constructor as new (length: number) => T)(
    Math.max(size, array.length * 2),
  );
  larger.set(array);
  return larger;
};

// FNV-1a, unit by unit.
const SEED = 0x811c9dc5;
const mixed = (hash: number, unit: number): number => Math.imul(hash ^ unit, 0x01000193);
const spreadOut = (hash: number): number => hash ^ (hash >>> 15);

const hashOf = (text: string): number => {
  let hash = SEED;
  for (let i = 0; i < text.length; i += 1) hash = mixed(hash, text.charCodeAt(i));
  return spreadOut(hash);
};

/**
 * Numbers texts as they arrive: 0, 1, 2 and so on. What it holds of them lies outside of the memory
 * that is looked through for garbage: of many, each costs its characters and some 20 bytes.
 */
export class TextIndex {
  private count = 0;
  private units = new Uint16Array(256);
  /** Where the characters of each text end. */
  private ends = new Uint32Array(16);
  /** By hash, the number of a text and one; 0: free. */
  private places = new Uint32Array(32);

  /** How many texts there are. */
  get size(): number {
    return this.count;
  }

  /** The number of a text; undefined where it is not known. */
  find(text: string): number | undefined {
    const found = this.places[this.placeOf(text)] as number;
    return found === 0 ? undefined : found - 1;
  }

  /** The number of a text, which becomes known with it. */
  add(text: string): number {
    const place = this.placeOf(text);
    const found = this.places[place] as number;
    if (found !== 0) return found - 1;
    const number = this.count;
    const start = this.startOf(number);
    this.units = grown(this.units, start + text.length);
    for (let i = 0; i < text.length; i += 1) this.units[start + i] = text.charCodeAt(i);
    this.ends = grown(this.ends, number + 1);
    this.ends[number] = start + text.length;
    this.places[place] = this.count = number + 1;
    if (this.count * PLACES_A_TEXT > this.places.length) this.spread();
    return number;
  }

  /** The text of a number. */
  text(number: number): string {
    const units = this.units.subarray(this.startOf(number), this.ends[number]);
    return Reflect.apply(String.fromCharCode, undefined, units);
  }

  private startOf(number: number): number {
    return number === 0 ? 0 : (this.ends[number - 1] as number);
  }

  // The place of a text, or the free one where it belongs.
  private placeOf(text: string): number {
    const mask = this.places.length - 1;
    let place = hashOf(text) & mask;
    for (;;) {
      const found = this.places[place] as number;
      if (found === 0 || this.is(found - 1, text)) return place;
      place = (place + 1) & mask;
    }
  }

  private is(number: number, text: string): boolean {
    const start = this.startOf(number);
    if ((this.ends[number] as number) - start !== text.length) return false;
    for (let i = 0; i < text.length; i += 1)
      if (this.units[start + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  private spread(): void {
    const mask = this.places.length * 2 - 1;
    const places = new Uint32Array(mask + 1);
    let at = 0;
    for (let number = 1; number <= this.count; number += 1) {
      let hash = SEED;
      for (const end = this.ends[number - 1] as number; at < end; at += 1)
        hash = mixed(hash, this.units[at] as number);
      let place = spreadOut(hash) & mask;
      while (places[place] !== 0) place = (place + 1) & mask;
      places[place] = number;
    }
    this.places = places;
  }
}
