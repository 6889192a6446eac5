// All rows of the matrix, in the order in which they are told.
import type { Row } from './row.js';
import { ofNetwork } from './rows-of-network.js';
import { ofOutside } from './rows-of-outside.js';
import { ofProcesses } from './rows-of-processes.js';
import { ofStores } from './rows-of-stores.js';

export const rows: readonly Row[] = [...ofProcesses, ...ofStores, ...ofNetwork, ...ofOutside];
