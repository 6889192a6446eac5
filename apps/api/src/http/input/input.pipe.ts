// Nest's door to the input rules: bodies and queries whose parameter is an input class.
import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import type { PolicyInForce } from '#domain';
import { fieldsOf, readInput, type InputType } from './input.js';

export class InputPipe implements PipeTransform {
  constructor(private readonly policy: PolicyInForce) {}

  /** An absent body reads as `{}`: commands without arguments may come without one. `null` is a body, and a wrong one. */
  transform(value: unknown, { type, metatype, data }: ArgumentMetadata): unknown {
    if ((type !== 'body' && type !== 'query') || data !== undefined || !metatype) return value;
    const inputType = metatype as InputType;
    if (fieldsOf(inputType).size === 0) return value;
    return readInput(inputType, value === undefined ? {} : value, this.policy, type);
  }
}
