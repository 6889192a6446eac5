// For programs that take no arguments: `--help` is told and nothing is done, anything else is refused.
export const wantsHelp = (given) => given.includes('--help');

/** Ends the process with 0 after `--help`, with 2 after anything else. */
export function takesNoArguments(usage) {
  const given = process.argv.slice(2);
  if (given.length === 0) return;
  if (wantsHelp(given)) {
    console.log(usage);
    process.exit(0);
  }
  console.error(`unexpected: ${given.join(' ')}\n\n${usage}`);
  process.exit(2);
}
