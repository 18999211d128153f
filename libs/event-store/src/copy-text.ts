const SPECIAL = /[\\\b\f\n\r\t\v]/;
const EACH_SPECIAL = /[\\\b\f\n\r\t\v]/g;
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};
const UNESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** A text as it stands in a field of PostgreSQL's COPY. */
export const escaped = (text: string): string =>
  SPECIAL.test(text)
    ? text.replace(EACH_SPECIAL, (character) => ESCAPES[character] as string)
    : text;

/** JSON as it stands there: of all that needs an escape it can only hold the backslash. */
export const escapedJson = (json: string): string =>
  json.includes('\\') ? json.replaceAll('\\', '\\\\') : json;

/** The text that a field of COPY stands for. */
export const unescaped = (text: string): string =>
  text.includes('\\')
    ? text.replace(/\\(.)/g, (_, character: string) => UNESCAPES[character] ?? character)
    : text;
