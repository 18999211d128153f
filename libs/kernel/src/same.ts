const own = (value: object, key: string): unknown => (value as Record<string, unknown>)[key];

// Most texts need no escape, and looking is quicker than asking JSON: this runs for every event that is recorded.
const NEEDS_NO_ESCAPE = /^[\w .-]*$/;
const quoted = (text: string): string =>
  NEEDS_NO_ESCAPE.test(text) ? `"${text}"` : JSON.stringify(text);

const isInOrder = (keys: readonly string[]): boolean =>
  keys.every((key, i) => i === 0 || (keys[i - 1] as string) < key);

/** JSON with keys in order and no white space: equal content gives equal bytes. */
export const canonicalJson = (value: unknown): string => {
  if (typeof value === 'string') return quoted(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  let json = '';
  if (Array.isArray(value)) {
    for (const item of value) json += `${json === '' ? '' : ','}${canonicalJson(item)}`;
    return `[${json}]`;
  }
  const keys = Object.keys(value);
  for (const key of isInOrder(keys) ? keys : keys.sort()) {
    const item = own(value, key);
    if (item === undefined) continue;
    json += `${json === '' ? '' : ','}${quoted(key)}:${canonicalJson(item)}`;
  }
  return `{${json}}`;
};

/** Whether two contents say the same; absent and undefined fields are alike. */
export const same = (a: unknown, b: unknown): boolean => {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  for (const key of Object.keys(a)) if (!same(own(a, key), own(b, key))) return false;
  for (const key of Object.keys(b)) {
    if (own(b, key) !== undefined && own(a, key) === undefined) return false;
  }
  return true;
};
