export * from './commands.js';
export { attainmentIn, type Standing } from './attainment.js';
export * from './expectations.js';
export * from './scenario.js';
export { faultsIn, MalformedFile, placeOf, readYaml, type FileFault, type Place, type Source } from './yaml.js';
