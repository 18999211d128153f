export * from './earnings-of.js';
export { explainText } from './explain-text.js';
export * from './results.js';
export { evaluate, fact, roundedStep, step, type Trace } from './trace.js';
