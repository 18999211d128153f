import { readFileSync } from 'node:fs';
import path from 'node:path';
import { planSchema, scenarioSchema } from '#scenarios';

const published = (name: string): unknown =>
  JSON.parse(
    readFileSync(path.resolve(import.meta.dirname, `../docs/schemas/${name}.schema.json`), 'utf8'),
  );

describe('the published JSON Schemas', () => {
  // If not: node scripts/schemas.mjs
  it('of plans are made from the shapes that check them', () =>
    expect(published('plan')).toEqual(planSchema()));
  it('of scenarios too', () => expect(published('scenario')).toEqual(scenarioSchema()));
});
