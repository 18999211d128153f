export * from './payee.commands.js';
export * from './payee.js';
export * from './handlers.js';
export type { PayeeForgotten } from './forgetting.js';
export * from './personal.js';
