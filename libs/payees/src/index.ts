export * from './payee.commands.js';
