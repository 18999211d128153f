#!/usr/bin/env node
// The `everycent` command: makes the checkout ready if it is not, then runs the verb in this same process.
import { prepare } from './prepare.mjs';

prepare();
await import('../dist/apps/cli/src/main.js');
