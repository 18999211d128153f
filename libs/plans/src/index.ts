export * from './component.commands.js';
export * from './plan.commands.js';
export { checkPredicate, compilePredicate, compileRule } from '#kernel';
