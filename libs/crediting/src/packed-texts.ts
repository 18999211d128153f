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
  private readonly pages: Buffer[] = [];
  /** How much of the last page is used. */
  private used = 0;

  /** Keeps a text, and gives its address. */
  add(text: string): number {
    const page = this.pageFor(LENGTH + text.length * MOST_BYTES);
    const place = this.used;
    const written = page.write(text, place + LENGTH);
    page.writeUInt32LE(written, place);
    this.used += LENGTH + written;
    return (this.pages.length - 1) * PLACES + place;
  }

  /** The text at an address. */
  at(address: number): string {
    const { page, start, end } = this.find(address);
    return page.toString('utf8', start, end);
  }

  /** Takes the text at an address away for good. */
  erase(address: number): void {
    const { page, start, end } = this.find(address);
    page.fill(0, start, end);
  }

  private pageFor(bytes: number): Buffer {
    const last = this.pages.at(-1);
    if (last && this.used + bytes <= last.length) return last;
    const page = Buffer.alloc(Math.max(bytes, Math.min(PAGE, 2 * (last?.length ?? FIRST_PAGE))));
    this.pages.push(page);
    this.used = 0;
    return page;
  }

  private find(address: number): { page: Buffer; start: number; end: number } {
    const page = this.pages[Math.floor(address / PLACES)] as Buffer;
    const place = address % PLACES;
    const start = place + LENGTH;
    return { page, start, end: start + page.readUInt32LE(place) };
  }
}
