// Everything of an account as one archive, for its customer to keep.
import { Readable } from 'node:stream';
import { Controller, Get, Param, StreamableFile } from '@nestjs/common';
import { DataReading, Ledgers, type Account } from '#application';
import { Deadlines } from '#deadlines';
import { accountView, consentsView, membershipView, numbersView, tenDlcView, walletView } from '#read-models';
import { Caller, type Identity, type Role } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses } from '../http/answers/answers.js';
import { HeadersOnly } from '../http/answers/streams.js';
import { archive, oneLine, zipMediaType } from './archive.js';

@Controller('v1/accounts/:accountId/data-export')
export class DataExportController {
  constructor(
    private readonly reading: DataReading,
    private readonly deadlines: Deadlines,
    private readonly ledgers: Ledgers,
  ) {}

  @Get()
  @Allow('customer', 'service')
  @Answers(
    200,
    { type: 'string', contentMediaType: zipMediaType },
    'A zip archive of all that a purge would delete: a file of NDJSON for each category of retained data, `scheduled-messages.ndjson`, `data-access.ndjson` with who read what, `personal.ndjson` with all that was told of the person, name, numbers, brand and comments among it; `account.json` with what the account, its membership, numbers, 10DLC registration, wallet, ledger and consents look like; and last `manifest.json` with the lines, bytes and SHA-256 of each. '
      + 'It is made while it is sent: one that breaks off has no directory.',
    { mediaTypes: [zipMediaType] },
  )
  @Refuses('account_purged')
  async export(@Caller() { role, metadata }: Identity, @HeadersOnly() headersOnly: boolean, @Param('accountId') accountId: string): Promise<StreamableFile> {
    const told = { type: zipMediaType, disposition: `attachment; filename="${accountId}.zip"` };
    if (headersOnly) {
      await this.reading.isOpen(accountId);
      return new StreamableFile(Readable.from([]), told);
    }
    const { now, files: stored, account } = await this.reading.everything(accountId, metadata);
    const files = [
      ...stored,
      { name: 'account.json', lines: () => oneLine(async () => this.shown(await account(), role)) },
    ];
    const stream = archive(files, (facts) => ({ accountId, exportedAt: now, files: facts }));
    return new StreamableFile(stream, told);
  }

  /** As the routes show it. */
  private async shown(account: Account, role: Role): Promise<unknown> {
    const { state, now } = account;
    const events = await account.events();
    return {
      account: accountView(state, events),
      membership: membershipView(state, await this.deadlines.forAccount(state.accountId), now, role),
      numbers: numbersView(state, events),
      tenDlc: tenDlcView(state, events),
      wallet: walletView(state),
      ledger: await this.ledgers.of(account),
      consents: consentsView(events),
    };
  }
}
