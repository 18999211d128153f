import { csvLine } from './index.js';

describe('a line of CSV', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+1+1', "'+1+1"],
    ['-1+1', "'-1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', `"'\t=1"`],
    ['\r=1', `"'\r=1"`],
    ['\n=1', `"'\n=1"`],
    ['＝1+1', "'＝1+1"],
    ['Lee;=1+1', `"Lee;'=1+1"`],
    ['Lee\t@A1', `"Lee\t'@A1"`],
    ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
  ])('runs no formula: %j', (text, expected) => {
    expect(csvLine([text])).toBe(`${expected}\n`);
  });

  it.each(['-12.50', '0', '1250.00', '-7'])('leaves %s a number', (amount) =>
    expect(csvLine(['ana', amount])).toBe(`ana,${amount}\n`),
  );

  it.each([
    ['Anna-Lena O’Neil', 'Anna-Lena O’Neil'],
    ['a=b', 'a=b'],
    ['Lee, "Cy"', '"Lee, ""Cy"""'],
    ['two; of them', '"two; of them"'],
  ])('leaves text as it is: %j', (text, expected) => {
    expect(csvLine([text])).toBe(`${expected}\n`);
  });
});
