// The entry of the Membership page.
import { askForSession } from '../service/account.js';
import { show } from '../ui/Root.js';
import { Membership } from './Membership.js';

askForSession();
await show(<Membership />);
