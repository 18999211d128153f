export { attainmentIn, type Standing } from './attainment.js';
export * from './commands.js';
export * from './expectations.js';
export { runScenario, type Failure, type Outcome } from './run-scenario.js';
export * from './scenario.js';
export { World, type View } from './world.js';
export { faultsIn, MalformedFile, placeOf, readYaml, type FileFault, type Place, type Source } from './yaml.js';
