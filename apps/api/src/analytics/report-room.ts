// Where reports are made: a few at once on connections of their own, within a limit, and no longer than somebody waits for them.
import type { ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { Database, isTimeLimit, NoTurn, Replica, sqlState, Turns } from '#postgres';
import { waysToNarrow, type ReportRequest } from '#read-models';
import { invalidField, invalidRequest, Problem } from '../http/problems/problems.js';
import { REPORTS_DATABASE } from '../http/server/foundation.module.js';
import { SETTINGS, type ApiSettings } from '../http/server/settings.js';

export interface Asker {
  /** Who asks: nobody else has the name. */
  readonly name: string;
  /** Aborts when nobody waits any more. */
  readonly gone: AbortSignal;
  /** Closes when the answer is sent, or cannot be. */
  readonly answer: Pick<ServerResponse, 'once' | 'closed'>;
}

/** Answers that are made or sent at once: rows are held while they are sent, at the pace of who reads them, but no connection is. */
const answersAtOnce = 16;
/** How many more of a caller wait until they are begun. */
const waitingOfCaller = 8;
const waitMs = 15_000;
/** As PostgreSQL names a value that is none of its kind. */
const invalidValue = '22023';
const retryAfter = { 'retry-after': '5' } as const;
/** Steps and groups are counted in memory; a sort of millions of rows is not. */
const memoryMiB = 32;

@Injectable()
export class ReportRoom {
  private readonly answers: Turns;
  private readonly connections: Turns;
  private readonly limitMs: number;

  constructor(
    @Inject(REPORTS_DATABASE) private readonly place: Database | Replica,
    @Inject(SETTINGS) { reports }: Pick<ApiSettings, 'reports'>,
  ) {
    this.answers = new Turns(Math.max(answersAtOnce, reports.atOnce), { mostOf: reports.ofCaller, waitingMostOf: waitingOfCaller });
    this.connections = new Turns(reports.atOnce);
    this.limitMs = reports.limitMs;
  }

  /** Before anything is done for him, and until the answer is sent. Throws `too_many_requests` where the asker asks for too much at once, `NoTurn` where all together do. */
  async enter({ name, gone, answer }: Asker): Promise<void> {
    const give = await this.answers.take({ of: name, signal: gone, waitMs }).catch((error: unknown) => {
      throw error instanceof NoTurn && error.ofAsker ? new Problem('too_many_requests', { detail: 'So many reports may not be asked for at once: wait for answers before you ask for more.', headers: retryAfter }) : error;
    });
    if (answer.closed) give();
    else answer.once('close', give);
  }

  /** Once {@link enter} has let the asker in. Throws `NoTurn` where all together ask for too much, and `invalid_request` with what to narrow where it takes too long, or for a zone that the database does not know. */
  async read<T>(asker: Asker, request: ReportRequest, work: (database: Database) => Promise<T>): Promise<T> {
    const database = await this.database();
    const give = await this.connections.take({ signal: asker.gone, waitMs });
    try {
      return await database.reading({ limitMs: this.limitMs, memoryMiB, signal: asker.gone }, () => work(database));
    } catch (error) {
      if (isTimeLimit(error)) throw this.tooExpensive(request);
      // Its rules of time zones may be older than ours.
      throw sqlState(error) === invalidValue && request.zone !== undefined ? invalidField('/query/zone', 'is a zone that the database does not know') : error;
    } finally {
      give();
    }
  }

  /** What a replica has by now is no older than any position that was read before. Throws `ReplicaAway`. */
  private async database(): Promise<Database> {
    return this.place instanceof Replica ? this.place.caughtUp() : this.place;
  }

  private tooExpensive(request: ReportRequest): Error {
    return invalidRequest(waysToNarrow(request), `The report takes longer than the ${Math.ceil(this.limitMs / 1000)} s that one may take: ask for less time, longer steps or fewer groups.`);
  }
}
