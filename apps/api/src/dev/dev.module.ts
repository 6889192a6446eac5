// What only the sandbox has.
import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { alarmQueues } from '#deadlines';
import { wakeUpQueue } from '#effects';
import { SandboxMailbox } from '#mail';
import { PersonalData } from '#personal-data';
import { Database } from '#postgres';
import { ServiceFaults } from '#processes';
import { OpenQueues, queueBackend, type QueueSettings } from '#running';
import { Sandbox } from '../auth/sandbox.js';
import { MailsController } from './mails.controller.js';
import { QueueController } from './queue.controller.js';
import { ServiceFaultsController } from './service-faults.controller.js';
import { ClearServiceFaultHandler, SetServiceFaultHandler } from './service-faults.js';
import { TokensController } from './tokens.controller.js';

const mailbox = {
  provide: SandboxMailbox,
  useFactory: (database: Database, personalData: PersonalData) => new SandboxMailbox(database, personalData),
  inject: [Database, PersonalData],
};

/** Asks for the core. */
@Module({ controllers: [MailsController], providers: [mailbox] })
export class SandboxMailboxModule {}

/** Asks for the core. */
@Module({})
export class SandboxMachineryModule implements OnApplicationShutdown {
  constructor(private readonly queues: OpenQueues) {}

  static with(queues: QueueSettings): DynamicModule {
    return {
      module: SandboxMachineryModule,
      controllers: [ServiceFaultsController, QueueController],
      providers: [
        { provide: ServiceFaults, useFactory: (database: Database) => new ServiceFaults(database), inject: [Database] },
        { provide: OpenQueues, useValue: new OpenQueues(queueBackend(queues), [...alarmQueues(queues.count), wakeUpQueue]) },
        SetServiceFaultHandler,
        ClearServiceFaultHandler,
      ],
    };
  }

  onApplicationShutdown(): Promise<void> {
    return this.queues.close();
  }
}

@Module({})
export class DevModule {
  static register(sandbox: Sandbox): DynamicModule {
    return { module: DevModule, controllers: [TokensController], providers: [{ provide: Sandbox, useValue: sandbox }] };
  }
}
