const own = (value: object, key: string): unknown => (value as Record<string, unknown>)[key];

// ---- Canonical JSON ----------------------------------------------------------------------

const [ZERO, NINE] = ['0'.charCodeAt(0), '9'.charCodeAt(0)];

// Objects keep names in the order in which they were given, but numbers always first.
const mayMove = (key: string): boolean => {
  const first = key.charCodeAt(0);
  return (first >= ZERO && first <= NINE) || key === '__proto__';
};

const FEW = 40;

/** Names in the order of canonical JSON. Few are quicker put there one by one; this runs for every event. */
export const sorted = (keys: string[]): string[] => {
  if (keys.length > FEW) return keys.sort();
  for (let i = 1; i < keys.length; i += 1) {
    const key = keys[i] as string;
    let at = i;
    for (; at > 0 && (keys[at - 1] as string) > key; at -= 1) keys[at] = keys[at - 1] as string;
    keys[at] = key;
  }
  return keys;
};

// Most of what is recorded has been read in order, and then needs no copy.
const isInOrder = (value: unknown): boolean => {
  if (value === null || typeof value !== 'object') return value !== undefined;
  if (Array.isArray(value)) return value.every(isInOrder);
  let before: string | undefined;
  for (const key in value) {
    if (before !== undefined && before > key) return false;
    if (!isInOrder(own(value, key))) return false;
    before = key;
  }
  return true;
};

/** The value with its keys in order; undefined where an object cannot hold them in that order. */
const inOrder = (value: unknown): unknown => {
  if (value === null || typeof value !== 'object') return value ?? null;
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) {
      const ordered = inOrder(item);
      if (ordered === undefined) return undefined;
      items.push(ordered);
    }
    return items;
  }
  const keys = Object.keys(value);
  const copy: Record<string, unknown> = {};
  for (const key of sorted(keys)) {
    if (mayMove(key)) return undefined;
    const item = own(value, key);
    if (item === undefined) continue;
    const ordered = inOrder(item);
    if (ordered === undefined) return undefined;
    copy[key] = ordered;
  }
  return copy;
};

const pieced = (value: unknown): string => {
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  if (Array.isArray(value)) return `[${value.map(pieced).join()}]`;
  const fields = Object.keys(value)
    .sort()
    .filter((key) => own(value, key) !== undefined)
    .map((key) => `${JSON.stringify(key)}:${pieced(own(value, key))}`);
  return `{${fields.join()}}`;
};

/** JSON with keys in order and no white space: equal content gives equal bytes. */
export const canonicalJson = (value: unknown): string => {
  if (isInOrder(value)) return JSON.stringify(value);
  const ordered = inOrder(value);
  return ordered === undefined ? pieced(value) : JSON.stringify(ordered);
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
