import type { Cost } from './measure.js';

const [WIDTH, HEIGHT] = [640, 320];
const [LEFT, RIGHT, TOP, BOTTOM] = [70, 20, 30, 50];
const DECADES = [10_000, 100_000, 1_000_000, 10_000_000];
const STEPS = 4;

// A scale that ends with a round figure: 1, 2 or 5 and zeros.
const roundUp = (figure: number): number => {
  const power = 10 ** Math.floor(Math.log10(figure));
  return ([1, 2, 5, 10].find((step) => step * power >= figure) as number) * power;
};

const text = (x: number, y: number, words: string, anchor = 'middle'): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${words}</text>`;

const line = (x1: number, y1: number, x2: number, y2: number, color: string): string =>
  `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="${color}"/>`;

/** A drawing of what a deal costs, by the number of deals (a decade a step), as SVG. */
export const costPlot = (costs: readonly Cost[]): string => {
  const most = roundUp(Math.max(1, ...costs.map(({ micros }) => micros)));
  const [low, high] = [Math.log10(DECADES[0] as number), Math.log10(DECADES.at(-1) as number)];
  const x = (deals: number): number =>
    LEFT + ((Math.log10(deals) - low) / (high - low)) * (WIDTH - LEFT - RIGHT);
  const y = (micros: number): number => HEIGHT - BOTTOM - (micros / most) * (HEIGHT - TOP - BOTTOM);
  const marks = Array.from({ length: STEPS + 1 }, (_, i) => (most * i) / STEPS);
  const points = costs.map(({ deals, micros }) => `${x(deals).toFixed(1)},${y(micros).toFixed(1)}`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(
      LEFT,
      18,
      'Microseconds that a deal costs, from its line in a file to its payee’s rows',
      'start',
    ),
    ...marks.flatMap((micros) => [
      line(LEFT, y(micros), WIDTH - RIGHT, y(micros), '#ddd'),
      text(LEFT - 8, y(micros) + 4, String(micros), 'end'),
    ]),
    ...DECADES.map((deals) => text(x(deals), HEIGHT - BOTTOM + 20, deals.toLocaleString('en-US'))),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, 'deals'),
    ...(points.length > 1
      ? [`<polyline points="${points.join(' ')}" fill="none" stroke="#1f6feb" stroke-width="2"/>`]
      : []),
    ...costs.flatMap(({ deals, micros }) => [
      `<circle cx="${x(deals).toFixed(1)}" cy="${y(micros).toFixed(1)}" r="4" fill="#1f6feb"/>`,
      text(x(deals), y(micros) - 10, String(Math.round(micros))),
    ]),
    '</svg>',
    '',
  ].join('\n');
};
