import { canonicalJson } from '#kernel';
import { readStep, type Item } from './item.js';
import { jsonItem } from './json-line.js';
import type { Line } from './rows.js';

// A step as one line of text: a thread gives a page of them to another as one text, where objects would be copied
// field by field. Nothing before the content can hold a tab, and canonical JSON cannot hold a line feed.
const TAB = '\t';

const rowText = (of: Line): string => {
  const { line } = of;
  const item = jsonItem(of);
  const step = item.faults ?? readStep(item.step);
  if (!('type' in step)) {
    const row = item.row ? item.row() : item.step;
    return `${line}\t\t\t\t${JSON.stringify({ faults: step, row })}`;
  }
  const { type, data, recorded = '', by = '' } = step;
  return `${line}\t${type}\t${recorded}\t${by}\t${canonicalJson(data)}`;
};

/** Reads and checks every line of a page. */
export const readPage = (lines: readonly Line[]): string => lines.map(rowText).join('\n');

const itemOf = (text: string): Item => {
  const ends: number[] = [];
  for (let at = text.indexOf(TAB); ends.length < 4; at = text.indexOf(TAB, at + 1)) ends.push(at);
  const [a, b, c, d] = ends as [number, number, number, number];
  const line = Number(text.slice(0, a));
  const json = text.slice(d + 1);
  const content = JSON.parse(json) as object;
  if (b === a + 1) {
    const { faults, row } = content as Required<Pick<Item, 'faults'>> & { row: unknown };
    return { line, faults, row: () => row };
  }
  const read = {
    type: text.slice(a + 1, b),
    data: content,
    json,
    ...(c > b + 1 && { recorded: text.slice(b + 1, c) }),
    ...(d > c + 1 && { by: text.slice(c + 1, d) }),
  };
  return { line, read };
};

/** The rows of a page that was read. */
export const itemsOf = (page: string): Item[] => (page === '' ? [] : page.split('\n').map(itemOf));
