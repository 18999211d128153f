const own = (value: object, key: string): unknown => (value as Record<string, unknown>)[key];

/** JSON with keys in order and no white space: equal content gives equal bytes. */
export const canonicalJson = (value: unknown): string => {
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const parts: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const item = own(value, key);
    if (item !== undefined) parts.push(`${JSON.stringify(key)}:${canonicalJson(item)}`);
  }
  return `{${parts.join(',')}}`;
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
