// The entry of Insights.
import { comeBack } from '../staff/coming.js';
import { show } from '../ui/Root.js';
import { Insights } from './Insights.js';

await comeBack();
await show(<Insights />);
