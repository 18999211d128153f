export * from './component.commands.js';
export * from './plan.commands.js';
