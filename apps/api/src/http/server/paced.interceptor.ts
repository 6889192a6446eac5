// Answers that are sent as they are made, at the pace that readers have to keep: whoever takes nothing gives up what is held for him.
import { Inject, Injectable, StreamableFile, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { map, type Observable } from 'rxjs';
import { SETTINGS, type ApiSettings } from './settings.js';
import { paced } from '../answers/pace.js';

@Injectable()
export class PacedInterceptor implements NestInterceptor {
  constructor(@Inject(SETTINGS) private readonly settings: Pick<ApiSettings, 'downloadPace'>) {}

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((answer: unknown) => (answer instanceof StreamableFile ? new StreamableFile(paced(answer.getStream(), this.settings.downloadPace), answer.options) : answer)));
  }
}
