// Runs one of the built programs that needs no database, with the data folder at hand.
import { dataFolder, programAsked, provideBuild, runProgram } from './programs.mjs';

const program = programAsked('without-database.mjs');
await provideBuild();
process.exit(await runProgram(program, { DATA_DIR: dataFolder() }));
