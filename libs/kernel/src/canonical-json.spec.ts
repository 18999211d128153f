import fc from 'fast-check';
import { canonicalJson } from './same.js';

describe('canonical JSON', () => {
  it('says what JSON says', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('is the same text whatever order the keys came in, and without what is undefined', () => {
    expect(
      canonicalJson({ b: [1, undefined, { d: 'x', c: null }], a: undefined, '10': 1, '9': 2 }),
    ).toBe(canonicalJson({ '9': 2, '10': 1, b: [1, null, { c: null, d: 'x' }] }));
    expect(canonicalJson({ b: 1, a: 'é "q" \\ \n', c: [] })).toBe(
      '{"a":"é \\"q\\" \\\\ \\n","b":1,"c":[]}',
    );
  });

  it('puts keys in order, however they are spelled', () => {
    const keys = fc.uniqueArray(
      fc.oneof(fc.string({ minLength: 0 }), fc.nat().map(String), fc.constant('__proto__')),
    );
    fc.assert(
      fc.property(keys, fc.jsonValue(), (names, value) => {
        const content = Object.fromEntries(names.map((name) => [name, value]));
        const reversed = Object.fromEntries([...names].reverse().map((name) => [name, value]));
        const said = names.sort().map((name) => `${JSON.stringify(name)}:${canonicalJson(value)}`);
        expect(canonicalJson(content)).toBe(`{${said.join()}}`);
        expect(canonicalJson([reversed])).toBe(`[{${said.join()}}]`);
      }),
    );
  });
});
