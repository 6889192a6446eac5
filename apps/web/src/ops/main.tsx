// The entry of the operators' desk.
import { show } from '../ui/Root.js';
import { Desk } from './Desk.js';

await show(<Desk />);
