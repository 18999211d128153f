// Pages grow up to this, so that a few texts take little.
const PAGE = 1 << 20;
const FIRST_PAGE = 1 << 12;
// An address is the page's number and the place in it.
const PLACES = 2 ** 32;
// A character takes at most three bytes.
const MOST_BYTES = 3;
const LENGTH = 4;

/**
 * Texts kept as bytes, outside of the memory that is looked through for garbage: of millions, that
 * would cost more than what they say. Each is found by the address that it is given.
 */
export class PackedTexts {
  private readonly encoder = new TextEncoder();
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  private readonly pages: Uint8Array[] = [];
  /** How much of the last page is used. */
  private used = 0;

  /** Keeps a text, and gives its address. */
  add(text: string): number {
    const page = this.pageFor(LENGTH + text.length * MOST_BYTES);
    const place = this.used;
    const { written } = this.encoder.encodeInto(text, page.subarray(place + LENGTH));
    for (let i = 0; i < LENGTH; i += 1) page[place + i] = written >>> (8 * i);
    this.used += LENGTH + written;
    return (this.pages.length - 1) * PLACES + place;
  }

  /** The text at an address. */
  at(address: number): string {
    return this.decoder.decode(this.bytesAt(address));
  }

  /** Takes the text at an address away for good. */
  erase(address: number): void {
    this.bytesAt(address).fill(0);
  }

  private pageFor(bytes: number): Uint8Array {
    const last = this.pages.at(-1);
    if (last && this.used + bytes <= last.length) return last;
    const page = new Uint8Array(Math.max(bytes, Math.min(PAGE, 2 * (last?.length ?? FIRST_PAGE))));
    this.pages.push(page);
    this.used = 0;
    return page;
  }

  private bytesAt(address: number): Uint8Array {
    const page = this.pages[Math.floor(address / PLACES)] as Uint8Array;
    const place = address % PLACES;
    let length = 0;
    for (let i = LENGTH - 1; i >= 0; i -= 1) length = length * 256 + (page[place + i] as number);
    return page.subarray(place + LENGTH, place + LENGTH + length);
  }
}
