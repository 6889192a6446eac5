// Who hears a hint, what of it is sent, and what becomes of one that cannot be sent.
import { expect, it } from '@jest/globals';
import { eventually } from '../../../test/support/eventually.js';
import { Hints } from './hints.js';

function hintsOf(send: (words: string) => Promise<unknown>): { readonly hints: Hints; readonly heard: string[] } {
  const hints = new Hints(send);
  const heard: string[] = [];
  for (const subject of ['one', 'two']) hints.about(subject).on(() => heard.push(subject));
  return { hints, heard };
}

it('is heard in its own process at once, and sent together with what is given in the same breath', async () => {
  const sent: string[] = [];
  const { hints, heard } = hintsOf(async (words) => sent.push(words));
  hints.give('one');
  hints.give('two');
  hints.give('one');
  expect(heard).toEqual(['one', 'two', 'one']);
  await eventually('it is sent', () => sent.length > 0);
  expect(sent.map((words) => words.split(' ')[1])).toEqual(['one,two']);
});

it('is heard from another process, and not a second time from its own', async () => {
  const processes: ReturnType<typeof hintsOf>[] = [];
  // As the server does: everybody who listens is told, the one who said it too.
  const send = async (words: string): Promise<void> => processes.forEach(({ hints }) => hints.hear(words));
  processes.push(hintsOf(send), hintsOf(send));
  const [here, there] = processes as [ReturnType<typeof hintsOf>, ReturnType<typeof hintsOf>];
  here.hints.give('one');
  await eventually('it is heard', () => there.heard.length > 0);
  there.hints.give('two');
  await eventually('the other is heard', () => here.heard.length > 1);
  expect([here.heard, there.heard]).toEqual([['one', 'two'], ['one', 'two']]);
});

it('goes on after one that could not be sent', async () => {
  const sent: string[] = [];
  const { hints } = hintsOf(async (words) => {
    sent.push(words);
    if (sent.length === 1) throw new Error('the database is away');
  });
  hints.give('one');
  await eventually('the first is tried', () => sent.length === 1);
  hints.give('two');
  await eventually('the second is sent', () => sent.length === 2);
  expect(sent.map((words) => words.split(' ')[1])).toEqual(['one', 'two']);
});

it('tells everybody when others are heard or are not any more, and says which it is', () => {
  const { hints, heard } = hintsOf(async () => undefined);
  const about = hints.about('one');
  expect(about.heard).toBe(false);
  hints.heard = true;
  hints.heard = true;
  expect([about.heard, heard]).toEqual([true, ['one', 'two']]);
  hints.heard = false;
  expect([about.heard, heard]).toEqual([false, ['one', 'two', 'one', 'two']]);
});

it('is not heard by who no longer listens', () => {
  const hints = new Hints(async () => undefined);
  const heard: string[] = [];
  const silence = hints.about('one', 'two').on(() => heard.push('heard'));
  hints.give('two');
  silence();
  hints.give('one');
  expect(heard).toEqual(['heard']);
});
