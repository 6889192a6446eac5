// The pages in a real browser: what they show is what the service answers, date by date and cent by cent, in every state of a life; what they refuse; the operators' desk; and the first five minutes.
import { afterAll, afterEach, beforeAll, describe } from '@jest/globals';
import { startLimitMs } from '../../../test/end-to-end/running.js';
import { comingBack } from './coming-back.js';
import { desk } from './desk.js';
import { firstFiveMinutes } from './first-five-minutes.js';
import { imported } from './imported.js';
import { pending } from './pending.js';
import { sessions } from './sessions.js';
import { startPages, type Pages } from './pages.js';
import { steps } from './steps.js';

let pages: Pages;
beforeAll(async () => { pages = await startPages(); }, startLimitMs);
afterAll(() => pages.stop(), startLimitMs);
afterEach(() => pages.tidy());
const given = (): Pages => pages;

describe('the six steps', () => { steps(given); });
describe('a cancellation that is pending', () => { pending(given); });
describe('coming back', () => { comingBack(given); });
describe('who came from another system', () => { imported(given); });
describe('a session', () => { sessions(given); });
describe('the desk', () => { desk(given); });
describe('the first five minutes', () => { firstFiveMinutes(given); });
