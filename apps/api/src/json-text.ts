import { faultInJson, isSuspicious } from '#imports';
import { HttpRefusal } from './problem.js';

const NESTED_AT_MOST = 32;

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('"\\[]{}');

/** Refuses JSON that is nested deeper than anything of the language, which our own code would have to follow. */
export const refuseDeep = (json: Uint8Array): void => {
  let depth = 0;
  let isText = false;
  for (let i = 0; i < json.length; i += 1) {
    const byte = json[i];
    if (isText) {
      if (byte === BACKSLASH) i += 1;
      else if (byte === QUOTE) isText = false;
    } else if (byte === QUOTE) isText = true;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      depth += 1;
      if (depth <= NESTED_AT_MOST) continue;
      throw new HttpRefusal(
        'TooLarge',
        `The body is nested deeper than ${NESTED_AT_MOST} levels.`,
        undefined,
        { limit: NESTED_AT_MOST },
      );
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth -= 1;
  }
};

/** Refuses JSON in which a key stands twice: reading it keeps the last one, and nobody would know of the first. */
export const refuseTwice = (json: Uint8Array, read: unknown): void => {
  const text = Buffer.from(json).toString('utf8');
  const fault = isSuspicious(text, read) ? faultInJson(text) : undefined;
  if (fault?.twice === undefined) return;
  throw new HttpRefusal('MalformedRequest', `In the body, ${fault.message}.`, undefined, {
    key: fault.twice,
  });
};
