const TEXT = 25;
const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;

/**
 * Texts as a parameter of type `text[]` in PostgreSQL's binary form. JSON is full of quotes, of which each would be
 * escaped here and read there again in an array's textual form.
 */
export const textArray = (texts: readonly string[]): Buffer => {
  const bytes = texts.reduce((sum, text) => sum + LENGTH_BYTES + Buffer.byteLength(text), 0);
  const array = Buffer.allocUnsafe(HEADER_BYTES + bytes);
  // One dimension, nothing null, of text, so many, counted from 1; no texts are no dimension.
  [texts.length > 0 ? 1 : 0, 0, TEXT, texts.length, 1].forEach((word, place) =>
    array.writeInt32BE(word, place * LENGTH_BYTES),
  );
  let at = HEADER_BYTES;
  for (const text of texts) {
    const length = array.write(text, at + LENGTH_BYTES);
    array.writeInt32BE(length, at);
    at += LENGTH_BYTES + length;
  }
  return texts.length > 0 ? array : array.subarray(0, HEADER_BYTES - 2 * LENGTH_BYTES);
};
