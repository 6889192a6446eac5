// What only the sandbox has.
import { Module, type DynamicModule } from '@nestjs/common';
import { Sandbox } from '../auth/sandbox.js';
import { TokensController } from './tokens.controller.js';

@Module({})
export class DevModule {
  static register(sandbox: Sandbox): DynamicModule {
    return { module: DevModule, controllers: [TokensController], providers: [{ provide: Sandbox, useValue: sandbox }] };
  }
}
