import { faultInJson, isSuspicious } from './json-text.js';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const STEP = '{"a":{"b":["x\\n\\u00e9",-12,true,null,{}],"c":[ ]} , "d" : "e:f\\":"}';

describe('a JSON text', () => {
  it('is faulty where JSON is, whatever is left out of it or comes into it', () => {
    const texts = [...STEP].flatMap((_, i) => [
      STEP.slice(0, i),
      STEP.slice(0, i) + STEP.slice(i + 1),
      ...[...'{}[],:"\\ 0-x\t\u0001\u007f\ud800'].map(
        (sign) => STEP.slice(0, i) + sign + STEP.slice(i),
      ),
    ]);
    expect(texts.filter((text) => isJson(text) === (faultInJson(text) !== undefined))).toEqual([]);
    expect(faultInJson(STEP)).toBeUndefined();
  });

  it('that nothing is lost of is hardly ever walked through', () => {
    const step = STEP.replace('\\":"', '"');
    expect(isSuspicious(step, JSON.parse(step))).toBe(false);
    const odd = '{"a":":","b":"[ 1.5"}';
    expect(isSuspicious(odd, JSON.parse(odd))).toBe(true);
    expect(faultInJson(odd)).toBeUndefined();
  });

  it.each([
    ['{"a":1,"\\u0061":2}', 8, 'the key "a" stands here for the second time'],
    ['{"a":[1.0]}', 7, 'a: found 1.0, a number with a fraction: write it in quotes'],
    [`${'['.repeat(101)}${']'.repeat(101)}`, 101, expect.stringContaining('more than 100 deep')],
  ])('is faulty where reading %s would lose something', (text, column, message) => {
    expect(isSuspicious(text, JSON.parse(text))).toBe(true);
    expect(faultInJson(text)).toMatchObject({ column, message });
  });
});
