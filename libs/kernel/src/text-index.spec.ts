import { TextIndex } from './text-index.js';

describe('an index of texts', () => {
  it('numbers them as they come, and finds each again', () => {
    const index = new TextIndex();
    const texts = Array.from({ length: 5000 }, (_, n) => `payee-${(n * 7919) % 5000}`);
    expect(texts.map((text) => index.add(text))).toEqual(texts.map((_, n) => n));
    expect(index.size).toBe(5000);
    expect(texts.map((text) => index.add(text))).toEqual(texts.map((_, n) => n));
    expect(texts.map((text) => index.find(text))).toEqual(texts.map((_, n) => n));
    expect(texts.map((_, n) => index.text(n))).toEqual(texts);
    expect(index.find('payee-5000')).toBeUndefined();
    expect(index.find('payee-')).toBeUndefined();
  });

  it('tells apart what looks alike, whatever it is written in', () => {
    const index = new TextIndex();
    const texts = [
      '',
      'a',
      'A',
      'å',
      'a\u030a',
      '山田',
      '🙂',
      '\ud83d',
      'a\n',
      '\0',
      'x'.repeat(3000),
    ];
    texts.forEach((text) => index.add(text));
    expect(index.size).toBe(texts.length);
    expect(texts.map((_, n) => index.text(n))).toEqual(texts);
    expect(texts.map((text) => index.find(text))).toEqual(texts.map((_, n) => n));
  });
});
