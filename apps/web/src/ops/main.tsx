// The entry of the operators' desk.
import { comeBack } from '../staff/coming.js';
import { show } from '../ui/Root.js';
import { Desk } from './Desk.js';

await comeBack();
await show(<Desk />);
