// Nest's door to the input rules: bodies and queries whose parameter is an input class.
import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { fieldsOf, readInput, type InputType } from './input.js';

@Injectable()
export class InputPipe implements PipeTransform {
  /** An absent body reads as `{}`: commands without arguments may come without one. `null` is a body, and a wrong one. */
  transform(value: unknown, { type, metatype, data }: ArgumentMetadata): unknown {
    if ((type !== 'body' && type !== 'query') || data !== undefined || !metatype) return value;
    const inputType = metatype as InputType;
    if (fieldsOf(inputType).size === 0) return value;
    return readInput(inputType, value === undefined ? {} : value, type);
  }
}
