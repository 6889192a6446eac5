// All rows of the matrix, in the order in which they are told.
import { ofProcesses } from './rows-of-processes.js';
import type { Row } from './row.js';

export const rows: readonly Row[] = [...ofProcesses];
