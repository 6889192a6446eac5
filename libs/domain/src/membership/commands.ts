// What may be asked of a membership: the commands of all subjects.
import type { AccountCommands } from '../account/commands.js';
import type { CancellationCommands } from '../cancellation/commands.js';
import type { ChargeCommands } from '../charges/commands.js';
import type { ImportingCommands } from '../importing/commands.js';
import type { NoticeCommands } from '../notices/commands.js';
import type { NumberCommands } from '../numbers/commands.js';
import type { OperatorCommands } from '../operators/commands.js';
import type { RetentionCommands } from '../retention/commands.js';
import type { ReturningCommands } from '../returning/commands.js';
import type { CommandOf as OneOf } from '../subject.js';
import type { SubscriptionCommands } from '../subscriptions/commands.js';
import type { TenDlcCommands } from '../ten-dlc/commands.js';
import type { WalletCommands } from '../wallet/commands.js';

type Commands =
  & AccountCommands & OperatorCommands & NoticeCommands & SubscriptionCommands & ChargeCommands & WalletCommands & CancellationCommands & NumberCommands & TenDlcCommands & RetentionCommands
  & ReturningCommands & ImportingCommands;

export type CommandType = keyof Commands;
export type CommandOf<Type extends CommandType> = OneOf<Commands, Type>;
export type Command = { [Type in CommandType]: CommandOf<Type> }[CommandType];
