// Everything of an account as one archive, for its customer to keep.
import { Readable } from 'node:stream';
import { Controller, Get, Inject, Param, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { accountShown, consentsPage, DataReading, Ledgers, POLICY, tenDlcShown, type Account } from '#application';
import { Deadlines } from '#deadlines';
import { languageFor, planNamesIn, type PolicyInForce } from '#domain';
import { membershipView, numbersView, numberTypes, walletView } from '#read-models';
import { Caller, type Identity, type Role } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { HeadersOnly, UntilGone } from '../http/answers/streams.js';
import { archive, oneLine, zipMediaType } from './archive.js';
import { Downloads } from './downloads.js';

@Controller('v1/accounts/:accountId/data-export')
export class DataExportController {
  constructor(
    private readonly reading: DataReading,
    private readonly downloads: Downloads,
    private readonly deadlines: Deadlines,
    private readonly ledgers: Ledgers,
    @Inject(POLICY) private readonly policy: PolicyInForce,
  ) {}

  @Get()
  @Summary('Export all data')
  @Allow('customer', 'service')
  @Answers(
    200,
    { type: 'string', contentMediaType: zipMediaType },
    'A zip archive of all that a purge would delete: a file of NDJSON for each category of retained data, `scheduled-messages.ndjson`, `data-access.ndjson` with who read what, `personal.ndjson` with all that was told of the person, name, numbers, brand and comments among it; `account.json` with what the account, its membership, numbers, 10DLC registration, wallet, ledger and consents look like; and last `manifest.json` with the lines, bytes and SHA-256 of each. '
      + 'It is made while it is sent: one that breaks off has no directory. Of an account one is made at a time, and of all a few: `too_many_requests` with `Retry-After` beyond that. Header `export-records` says beforehand how many records the files hold, in their order (`campaigns.ndjson=2, contacts.ndjson=120`, RFC 9651), also to HEAD: whoever shows progress sees each file begin.',
    { mediaTypes: [zipMediaType] },
  )
  @Refuses('account_purged')
  async export(
    @Caller() { role, metadata }: Identity, @HeadersOnly() headersOnly: boolean, @UntilGone() gone: AbortSignal, @Param('accountId') accountId: string, @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const told = { type: zipMediaType, disposition: `attachment; filename="${accountId}.zip"` };
    const tellRecords = async (): Promise<void> => {
      reply.header('export-records', [...(await this.reading.records(accountId))].map(([file, records]) => `${file}=${records}`).join(', '));
    };
    if (headersOnly) {
      await this.reading.isOpen(accountId);
      await tellRecords();
      return new StreamableFile(Readable.from([]), told);
    }
    const stream = await this.downloads.export(accountId, gone, async () => {
      const { now, files: stored, account } = await this.reading.everything(accountId, metadata, gone);
      await tellRecords();
      const files = [
        ...stored,
        { name: 'account.json', lines: () => oneLine(async () => this.shown(await account(), role)) },
      ];
      return archive(files, (facts) => ({ accountId, exportedAt: now, files: facts }));
    });
    return new StreamableFile(stream, told);
  }

  /** As the routes show it. */
  private async shown(account: Account, role: Role): Promise<unknown> {
    const { state, now, events } = account;
    return {
      account: await accountShown(account),
      membership: membershipView(state, await this.deadlines.forAccount(state.accountId), now, role, planNamesIn(this.policy, languageFor(this.policy, state))),
      numbers: numbersView(state, await events({ types: numberTypes })),
      tenDlc: await tenDlcShown(account),
      wallet: walletView(state),
      ledger: await this.ledgers.of(account),
      consents: (await consentsPage(account, { after: 0, most: Infinity })).map(({ row }) => row),
    };
  }
}
