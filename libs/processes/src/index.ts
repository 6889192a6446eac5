export * from './arguments.js';
export * from './migrations.js';
export * from './presence.js';
export * from './processes.js';
export * from './sandbox-warning.js';
export * from './service-faults.js';
