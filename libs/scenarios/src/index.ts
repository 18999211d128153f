export * from './expectations.js';
export * from './scenario.js';
export { MalformedFile, readYaml, type FileFault, type Place } from './yaml.js';
