import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...['docs', 'docs/plans'].flatMap((folder) =>
    readdirSync(path.join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  ),
];

/** The files of ours that a page links to, from the checkout's root. */
const linksOf = (page: string): string[] =>
  [...readFileSync(path.join(root, page), 'utf8').matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target.split('#', 1)[0] as string)
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
    .map((target) => path.join(path.dirname(page), target));

describe('the documentation', () => {
  it.each(pages)('%s links to nothing that is not there', (page) => {
    expect(linksOf(page).filter((target) => !existsSync(path.join(root, target)))).toEqual([]);
  });

  it('is found from the README', () => {
    const listed = [...linksOf('README.md'), 'README.md'];
    expect(pages.filter((page) => !listed.includes(page))).toEqual([]);
  });
});
