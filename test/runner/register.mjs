// For `node --import`: see `hooks.mjs`.
import { register } from 'node:module';

register('./hooks.mjs', import.meta.url);

// Jest was ended while a spec waited for something: what the spec has started ends with this process.
process.once('disconnect', () => process.exit(1));
