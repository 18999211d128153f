export * from './commands.js';
export * from './expectations.js';
// The one that also runs the tests of a plan stands before that of the rules alone.
export { decideCommand, runScenario } from './plan-tests.js';
export { runSteps, type Outcome } from './run-scenario.js';
export * from './scenario.js';
export { planSchema, scenarioSchema } from './schema.js';
export { World } from './world.js';
export {
  faultsIn,
  MalformedFile,
  readYaml,
  type FileFault,
  type Place,
  type Source,
} from './yaml.js';
