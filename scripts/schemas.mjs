// Writes the JSON Schemas of plans and scenarios anew, from the shapes that check them: run it when a field is added.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { prepare, root } from './prepare.mjs';

prepare();
const { planSchema, scenarioSchema } = await import('../dist/libs/scenarios/src/index.js');
const folder = path.join(root, 'docs/schemas');
mkdirSync(folder, { recursive: true });
for (const [name, schema] of [
  ['plan', planSchema()],
  ['scenario', scenarioSchema()],
]) {
  writeFileSync(path.join(folder, `${name}.schema.json`), `${JSON.stringify(schema, null, 1)}\n`);
}
