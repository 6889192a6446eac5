// The promise gate, broken one comparison at a time.
//
// 2026-11-27: all here were carried out. One survived until an example was written for it that day: who came back is held to what was lost.
export const folder = 'libs/promises/src';
export const witnesses = { gate: ['test/promises/gate'] };

/** What is broken, where, and how. */
export const mutants = [
  ['a date that comes nearer is let through', 'difference.ts', "what !== 'later'", "what !== 'later' && what !== 'nearer'"],
  ['a date that comes later closes', 'difference.ts', "what !== 'later'", "what.length > 0"],
  ['what is carried out is not compared with what was told', 'carried-out.ts', "if (came) return ofDates(kind, 'carried-out', at, came.dueAt);", 'if (came) return [];'],
  ['what goes is not missed', 'carried-out.ts', "return isOver(state, kind) || standing", 'return true || standing'],
  ['what appears is let through', 'carried-out.ts', 'losses.filter(({ kind }) => !told.has(kind))', 'losses.filter(({ kind }) => kind === "")'],
  ['a credit is not compared', 'carried-out.ts', 'return before === would ? []', 'return before >= would ? []'],
  ['the price of a fee is not compared', 'carried-out.ts', 'would * fee.count === fee.amount.amount * count', 'would <= fee.amount.amount'],
  ['it is told under what was promised, whatever the candidate says', 'told.ts', 'periods ?? request.data.policy', 'request.data.policy'],
  ['fees are not told again', 'told.ts', '...ofFees(told.numberFees ?? [], again.data.told.numberFees ?? []),\n    ...ofFees(promised.numberFees, shown.numberFees),', ''],
  ['who came back is held to what was lost', 'gate.ts', 'if (hasEnded(before, id)) made.delete(id);', 'if (hasEnded(before, `${id}.`)) made.delete(`${id}.`);'],
  ['who resumed is held to the end', 'gate.ts', "if (event.type === 'SubscriptionResumed') made.delete(event.data.subscriptionId);", ''],
];
