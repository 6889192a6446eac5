// The entry of the first five minutes: a demo customer beside a clock that can be moved. In the sandbox alone.
import { show } from '../ui/Root.js';
import { FirstFiveMinutes } from './FirstFiveMinutes.js';

await show(<FirstFiveMinutes />);
