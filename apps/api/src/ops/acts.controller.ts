// Acts on many: what would be done is shown first, and done to exactly that; each stays on record with who did it and why.
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import type { Instant } from '#kernel';
import { actLists, actNames, Acts, type ActFilter, type ActList, type ActName, type RecordedAct, type RecordedTarget, type Target } from '#acts';
import { BeginAct, GoOnWithAct, RedactAct, ShowAct, undoOf } from '#application';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { found, rowId } from '../http/answers/not-found.js';
import { Page, startInTime, startOf, toList, type List } from '../http/answers/page.js';
import { page } from '../http/answers/schemas.js';
import { OnceOnly, OwnTransaction, type Once } from '../http/idempotency/idempotency.interceptor.js';
import { Bool, Id, InstantField, Nested, Note, OneOf, Uuid } from '../http/input/fields.js';
import { ActResultSchema, ActSchema, ActTargetSchema } from './act.schemas.js';

class ActFilterInput {
  @OneOf(actLists) list!: ActList;
  @Id({ optional: true, description: 'One entry.' }) id?: string;
  @Note({ max: 64, optional: true }) kind?: string;
  @Note({ max: 64, optional: true }) status?: string;
  @Note({ max: 64, optional: true }) carrier?: string;
  @Note({ max: 200, optional: true, description: 'Stands in what was said of the failure, in capitals or not.' }) error?: string;
  @Id({ optional: true }) accountId?: string;
  @InstantField({ optional: true }) dueBefore?: Instant;
  @Uuid({ optional: true, description: 'What that act has changed, or made.' }) actId?: string;
}

class ActBody {
  @OneOf(actNames) act!: ActName;
  @Nested(() => ActFilterInput, { description: 'As the list is asked for.' }) filter!: ActFilterInput;
  @Note({ max: 500, description: 'Why; it stands in each event, and with the act.' }) reason!: string;
  @Bool({ description: 'True: shows what would be done, and changes nothing. False: does it to what was shown.' }) dryRun!: boolean;
  @Uuid({ optional: true, description: 'The `actId` that showed it; absent: the last showing of the same act on the same filter to this caller.' }) shown?: string;
}

type Told = RecordedAct & { readonly undo: ReturnType<typeof undoOf> };

const told = (act: RecordedAct): Told => ({ ...act, undo: undoOf(act) });

/** What is compared with what was shown is what was asked for, and nothing else. */
const plain = (filter: ActFilterInput): ActFilter => JSON.parse(JSON.stringify(filter)) as ActFilter;

interface ActResult extends Told {
  readonly dryRun: boolean;
  readonly examples: readonly (Target & { readonly outcome: string | null })[];
}

const examplesMost = 10;

@Controller('v1/ops/acts')
export class ActsController {
  constructor(private readonly acts: Acts) {}

  @Post()
  @Summary('Act on many')
  @Allow('operator')
  @OwnTransaction()
  @Answers(200, ActResultSchema, 'What would be done, or was: how many, and ten of them. While some are `left`, the same request with `shown` goes on with them. Where it needs a second person, the same request with `shown` does it once that person has confirmed it.')
  @Refuses('act_not_shown', 'second_person_needed')
  async act(
    @Caller() { metadata }: Identity, @Body() { act, filter, reason, dryRun, shown }: ActBody, @OnceOnly() once: Once, @Execute() execute: Executes<ShowAct | BeginAct | GoOnWithAct>,
  ): Promise<ActResult> {
    const wanted = { act, filter: plain(filter), actorId: metadata.actor.id };
    if (dryRun) {
      const { act: recorded, examples } = await once(() => (execute as Executes<ShowAct>)(new ShowAct(wanted)), { outlivesAccount: true });
      return { ...told(recorded), dryRun, examples: examples.map((one) => ({ ...one, outcome: null })) };
    }
    const actId = await once(() => (execute as Executes<BeginAct>)(new BeginAct(wanted, shown ?? null, reason, metadata)), { outlivesAccount: true });
    const done = await (execute as Executes<GoOnWithAct>)(new GoOnWithAct(actId, metadata));
    return { ...told(done), dryRun, examples: (await this.acts.targets(actId, { after: 0, limit: examplesMost })).map(shownTarget) };
  }

  @Get()
  @Summary('List acts on many')
  @Allow('operator')
  @Answers(200, page(ActSchema), 'What was done to many at once, by whom and why; latest first.')
  async list(@Query() query: Page): Promise<List<Told>> {
    const start = startInTime(query);
    const rows = await this.acts.list({ limit: query.limit + 1, ...(start && { after: { begunAt: start.at, actId: start.id } }) });
    return toList(query, rows, ({ begunAt, actId }) => [begunAt!, actId], told);
  }

  @Get(':actId')
  @Summary('Get an act on many')
  @Allow('operator')
  @Answers(200, ActSchema, 'The act, also one that was shown and not begun.')
  async get(@Param('actId') actId: string): Promise<Told> {
    return told(found('act', await this.acts.get(rowId('act', actId))));
  }

  @Get(':actId/targets')
  @Summary('List what an act was done to')
  @Allow('operator')
  @Answers(200, page(ActTargetSchema), 'Each entry as it was when it was shown, and what became of it.')
  async targets(@Param('actId') actId: string, @Query() query: Page): Promise<List<ReturnType<typeof shownTarget>>> {
    const [after = 0] = startOf(query, ['version']) ?? [];
    const { actId: known } = found('act', await this.acts.get(rowId('act', actId)));
    const rows = await this.acts.targets(known, { after, limit: query.limit + 1 });
    return toList(query, rows, ({ place }) => [place], shownTarget);
  }

  @Post(':actId/redact')
  @Summary('Redact the words of an act')
  @Allow('operator')
  @Answers(200, ActSchema, 'The act, without what an operator had written.')
  @Refuses('nothing_to_redact')
  async redact(@Caller() { metadata }: Identity, @Param('actId') actId: string, @Execute() execute: Executes<RedactAct>): Promise<Told> {
    return told(found('act', await execute(new RedactAct(rowId('act', actId), metadata))));
  }
}

const shownTarget = ({ id, accountId, kind, status, at, outcome }: RecordedTarget) => ({ id, accountId, kind, status, at, outcome });
