import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { HELP_WIDTH, type Verb } from './cli.js';

const verbs = readdirSync(import.meta.dirname)
  .filter((name) => /^[a-z]+\.ts$/.test(name))
  .filter((name) =>
    readFileSync(path.join(import.meta.dirname, name), 'utf8').includes('export const help'),
  );

describe('the help of every verb', () => {
  it('is looked at', () => {
    expect(verbs.length).toBeGreaterThanOrEqual(21);
  });

  it.each(verbs)('%s begins with examples, in lines that a terminal shows whole', async (name) => {
    const { help } = (await import(`./${name.replace(/ts$/, 'js')}`)) as Verb;
    expect(help.split('\n', 2)).toEqual(['Examples', expect.stringMatching(/everycent|npm/)]);
    expect(help.split('\n').filter((line) => line.length > HELP_WIDTH)).toEqual([]);
  });
});
