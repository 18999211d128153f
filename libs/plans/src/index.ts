export * from './component.commands.js';
export * from './component-terms.js';
export * from './handlers.js';
export * from './plan.commands.js';
export * from './plan.js';
export * from './plan-faults.js';
