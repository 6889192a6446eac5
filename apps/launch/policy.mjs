// `npm run policy`: with the database where a file is checked against what was promised, without where the policy in force is printed.
const [task] = process.argv.slice(2);
process.argv.splice(2, 0, 'launch/policy');
await import(task === 'check' ? './with-database.mjs' : './without-database.mjs');
