// Acts on many: shown, begun and carried out entry by entry, through the command that one entry would be acted on with.
import { performance } from 'node:perf_hooks';
import type { CommandBus } from '@nestjs/cqrs';
import { type ActFilter, type Acts, type RecordedAct, type RecordedTarget, type Target, targetsMost, type WantedAct } from '#acts';
import { badInput } from '#domain';
import type { Clock } from '#deadlines';
import { instant, isRefusal, refuse, Refused, type Metadata, type Refusal } from '#kernel';
import type { Database } from '#postgres';
import { describe, isAway, type Logger } from '#running';
import type { SecondPerson } from '../operators/irreversible.js';
import { actTable, type ActRow, type Doing } from './act-table.js';
import { type ActSources, asksFor } from './act-sources.js';
import { BeginAskedAct } from './begin-asked-act.js';

/** What is told of what would be done. */
const examplesMost = 10;

const readAtOnce = 1_000;

/** How long one request goes on, and with how many at most: what is left is gone on with by the next. */
const goesOnForMs = 5_000;
const goesOnWith = 500;

/** When somebody has to look again at what an act holds. */
const reviewAfterMs = 30 * 86_400_000;

/** Stands for all that a pause holds, where there is one entry for them. */
const theWhole: Target = { id: '', accountId: null, kind: null, status: null, at: null };

export class ActsOnMany {
  constructor(
    private readonly acts: Acts,
    private readonly sources: ActSources,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly commands: CommandBus,
    private readonly secondPerson: SecondPerson,
    private readonly logger: Logger,
  ) {}

  /** What it would be done to, kept: it is done to that and to nothing else. */
  async show(wanted: WantedAct): Promise<{ readonly act: RecordedAct; readonly examples: readonly Target[] } | Refusal<'invalid_request'>> {
    const row = rowOf(wanted);
    if (isRefusal(row)) return row;
    if (row.whole) {
      const matched = await this.sources.openEffects(wanted.filter);
      const examples = await this.sources.of[wanted.filter.list]({ ...wanted.filter, status: 'pending' }, undefined, examplesMost);
      return { act: await this.acts.show(wanted, [theWhole], { more: false, matched }), examples };
    }
    const found = await this.meant(wanted.filter, row);
    const targets = found.slice(0, targetsMost);
    return { act: await this.acts.show(wanted, targets, { more: found.length > targetsMost }), examples: targets.slice(0, examplesMost) };
  }

  /** Answers the id of what is gone on with. Where one entry of it would need a second person, the act as a whole does, before it is begun. */
  async begin(wanted: WantedAct, shownId: string | null, reason: string, metadata: Metadata): Promise<string | Refusal<'invalid_request' | 'act_not_shown'>> {
    const row = rowOf(wanted);
    if (isRefusal(row)) return row;
    const shown = await this.acts.shown(wanted, shownId);
    if (!shown) return refuse('act_not_shown');
    if (shown.begunAt === null && (await this.needsSecondPerson(shown, row, reason, metadata))) {
      await this.database.apart(() => this.acts.keep(shown.actId));
      await this.secondPerson.notNeeded(new BeginAskedAct(shown.actId, reason, metadata));
    }
    if ((await this.acts.begin(shown.actId, reason)) !== reason) return badInput('/reason', 'is not the reason that this act was begun with');
    return shown.actId;
  }

  /** One entry after the other, until it takes too long; who goes on with the same act at the same time takes others. */
  async goOn(actId: string, metadata: Metadata): Promise<RecordedAct> {
    const { act, filter, reason } = (await this.acts.get(actId))!;
    const doing = await this.doing(actId, filter, reason!, metadata);
    const until = performance.now() + goesOnForMs;
    for (const target of await this.acts.left(actId, goesOnWith)) {
      if (performance.now() > until) break;
      await this.take(actId, target, actTable[filter.list][act]!, doing);
    }
    return (await this.acts.get(actId))!;
  }

  private async needsSecondPerson({ actId, filter }: RecordedAct, row: ActRow, reason: string, metadata: Metadata): Promise<boolean> {
    const [target] = await this.acts.left(actId, 1);
    return target !== undefined && this.secondPerson.isNeeded(row.command(target, await this.doing(actId, filter, reason, metadata)));
  }

  private async doing(actId: string, filter: ActFilter, reason: string, metadata: Metadata): Promise<Doing> {
    const reviewAt = instant(new Date(Date.parse(await this.clock.now(null)) + reviewAfterMs).toISOString());
    return { filter, reason, metadata: { ...metadata, causationId: `act:${actId}` }, reviewAt };
  }

  private async take(actId: string, target: RecordedTarget, row: ActRow, doing: Doing): Promise<void> {
    try {
      await this.database.transaction(async () => {
        if (!(await this.acts.take(actId, target.place, 'done'))) return;
        const answer: unknown = await this.commands.execute(row.command(target, doing));
        if (answer === null) throw new Refused(refuse('not_found'));
        if (row.makes !== undefined) await this.acts.made(actId, target.place, String((answer as Readonly<Record<string, unknown>>)[row.makes]));
      });
    } catch (error) {
      if (isAway(error)) throw error;
      if (!(error instanceof Refused)) this.logger.error('an act on one of many failed', { actId, place: target.place, error: describe(error) });
      await this.acts.take(actId, target.place, error instanceof Refused ? error.refusal.refused : 'failed');
    }
  }

  /** One more than an act takes tells that there are more. */
  private async meant(filter: ActFilter, row: ActRow): Promise<readonly Target[]> {
    if (filter.actId !== undefined) return this.acts.changedBy(filter.actId);
    const found: Target[] = [];
    for (const status of filter.status === undefined ? row.statuses : [filter.status]) {
      const source = this.sources.of[filter.list];
      for (let page: readonly Target[] | undefined; page === undefined || (page.length === readAtOnce && found.length <= targetsMost);) {
        page = await source({ ...filter, status }, page?.at(-1), readAtOnce);
        found.push(...page.filter((target) => target.status === status && (row.kinds === undefined || row.kinds.includes(target.kind ?? ''))));
        if (filter.list === 'clock-stops') break;
      }
    }
    return found;
  }
}

/** What the act is on that list, or what of the filter makes no sense for it. */
function rowOf({ act, filter }: WantedAct): ActRow | Refusal<'invalid_request'> {
  const row = actTable[filter.list][act];
  if (!row) return badInput('/act', `cannot be done to ${filter.list}: it takes ${Object.keys(actTable[filter.list]).join(', ')}`);
  const known: readonly string[] = ['list', ...(row.asksFor ?? [...asksFor[filter.list], 'id', 'actId'])];
  const strange = Object.keys(filter).find((field) => !known.includes(field));
  if (strange !== undefined) return badInput(`/filter/${strange}`, `is nothing that ${act} of ${filter.list} can be asked for`);
  if (filter.status !== undefined && !row.statuses.includes(filter.status)) return badInput('/filter/status', `must be one of ${row.statuses.join(', ')}`);
  if (filter.kind !== undefined && row.kinds && !row.kinds.includes(filter.kind)) return badInput('/filter/kind', `must be one of ${row.kinds.join(', ')}`);
  return row;
}
