// Campaigns, messages, contacts and reports of an account, in and out as NDJSON.
import { Body, Controller, Get, Param, Post, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import { notFound, Refused } from '#kernel';
import { DataReading, StoreData } from '#application';
import { categories, type Category } from '#retained-data';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { anything, bool, object, record, schema, text, whole } from '../http/answers/schemas.js';
import { HeadersOnly, ndjson, ndjsonMediaType, ndjsonStream, ndjsonText, UntilGone } from '../http/answers/streams.js';
import { Downloads } from './downloads.js';

const StoredSchema = schema('StoredData', object({ stored: whole }));
const addresses = 'With `optedOut`, one of `phone`, `e164` and `email` at least must be there, and each that is must be understood: an e-mail address, or a phone number with its country code. Of other categories it says nothing.';
const UploadedRecordSchema = {
  type: 'object',
  properties: {
    id: { ...text, minLength: 1, maxLength: 200 },
    optedOut: { ...bool, description: `Of a contact: true where it wants no more messages and calls. ${addresses} Stored again without it, a contact takes that back.` },
    phone: { type: ['string', 'integer', 'null'], description: 'A phone number that the opt-out is for.' },
    e164: { type: ['string', 'integer', 'null'], description: 'The same.' },
    email: { type: ['string', 'null'], description: 'An e-mail address that the opt-out is for.' },
  },
  required: ['id'],
  additionalProperties: true,
};
const RecordSchema = schema('DataRecord', record(anything));

@Controller('v1/accounts/:accountId/data')
export class DataController {
  constructor(
    private readonly reading: DataReading,
    private readonly downloads: Downloads,
  ) {}

  @Post(':category')
  @Summary('Store data')
  @Allow('service')
  @ApiConsumes(ndjsonMediaType)
  @ApiBody({
    schema: UploadedRecordSchema,
    description: 'One record a line, each with an `id`; 10,000 lines or 8 MiB at most. A contact with `optedOut` that cannot be understood is refused with its line, as is any bad line; nothing is stored then.',
  })
  @Answers(200, StoredSchema, 'How many records were stored; one with a known id replaces it.')
  @Refuses('data_read_only', 'account_purged')
  async store(@Param('accountId') accountId: string, @Param('category') category: string, @Body() body: unknown, @Execute() execute: Executes<StoreData>): Promise<{ stored: number }> {
    return { stored: await execute(new StoreData(accountId, known(category), ndjsonText(body))) };
  }

  @Get(':category')
  @Summary('Read data')
  @Allow('customer', 'service')
  @Answers(200, RecordSchema, 'One record a line, in the order in which they came; the rows of the platform\'s own tables after them.', { mediaTypes: [ndjsonMediaType] })
  @Refuses('account_purged')
  async read(
    @Caller() { metadata }: Identity, @HeadersOnly() headersOnly: boolean, @UntilGone() gone: AbortSignal, @Param('accountId') accountId: string, @Param('category') category: string,
  ): Promise<StreamableFile> {
    const read = known(category);
    if (!headersOnly) return ndjsonStream(await this.downloads.category(accountId, gone, () => this.reading.category(accountId, read, metadata.actor, gone)));
    await this.reading.isOpen(accountId);
    return ndjson([]);
  }
}

function known(category: string): Category {
  const found = categories.find((one) => one === category);
  if (!found) throw new Refused(notFound('category of data'));
  return found;
}
