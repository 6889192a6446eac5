// Asks, before something is sent, who has opted out; also where the account that was told so is gone.
import { Body, Controller, Post } from '@nestjs/common';
import { OptOuts, type LookedUp } from '#opt-outs';
import { Allow } from '../auth/policy.js';
import { Answers, Summary } from '../http/answers/answers.js';
import { Texts } from '../http/input/fields.js';
import { bool, list, object, schema, whole } from '../http/answers/schemas.js';

const valuesMost = 1000;

const LookupSchema = schema('OptOutLookup', object({
  data: list(object({
    index: whole,
    optedOut: bool,
    understood: { ...bool, description: 'False: the value is no e-mail address and no phone number with its country code, so that nobody can say whether its owner has opted out.' },
  })),
}));

class LookupBody {
  @Texts({ min: 1, max: valuesMost, maxLength: 320, description: 'E-mail addresses and phone numbers, however they are written: a phone number with its country code, with or without `+`, `00`, `011`, `(0)` or an extension; an address in any case, Unicode form or punycode.' }) values!: string[];
}

interface Looked extends LookedUp {
  readonly index: number;
}

@Controller('v1/opt-outs')
export class OptOutsController {
  constructor(private readonly optOuts: OptOuts) {}

  @Post('lookups')
  @Summary('Look opt-outs up')
  @Allow('service')
  @Answers(200, LookupSchema, 'One entry for each value, by its place; the values are not repeated.')
  async lookup(@Body() { values }: LookupBody): Promise<{ data: readonly Looked[] }> {
    return { data: (await this.optOuts.lookup(values)).map((one, index) => ({ index, ...one })) };
  }
}
