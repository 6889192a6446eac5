// Carries out lines of an import: what each contradicts, here or in the file, is said of it; the others are taken over together.
import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { importChannel, type Instant } from '#kernel';
import { importFaults, isHeldSinceImport, openLosses, type CommandOf, type Membership, type PolicyInForce } from '#domain';
import { Clock, ClockInDoubt } from '#deadlines';
import { EventStore, uuidv7 } from '#event-store';
import { Claims, ImportedAccounts, type ImportCommands, type LineProblem, type RunningImport, type TakenLine, type ToldLine } from '#imports';
import { PersonalData } from '#personal-data';
import { Retry } from '#postgres';
import { CarrierHoldings, type ComingWith } from '../effects/carrier-holdings.js';
import { POLICY } from '../policy/in-force.js';
import { TakeOverAccounts } from './commands.js';
import { commandOf, withHashes, type ToldAccount } from './told-account.js';

type Command = CommandOf<'ImportAccount'>;

interface Line {
  readonly line: number;
  readonly told: ToldAccount;
  readonly accountId: string;
  readonly command: Command;
  readonly names: Names;
}

/** What it has for itself, as hashes that are the same for all accounts. */
interface Names {
  readonly externalId: string;
  readonly account: string;
  readonly numbers: readonly string[];
}

/** What is known of all of it before anything is taken. */
interface Known {
  readonly now: Instant;
  readonly accounts: ReadonlySet<string>;
  readonly external: ReadonlyMap<string, string | null>;
  /** Of this file, by earlier lines that were accepted. */
  readonly claimed: Map<string, number>;
  readonly holders: Awaited<ReturnType<CarrierHoldings['holdersOf']>>;
  readonly lettingGo: ReadonlyMap<Line, Awaited<ReturnType<CarrierHoldings['lettingGo']>>[number]>;
}

@Injectable()
export class AccountImports implements ImportCommands {
  constructor(
    private readonly commands: CommandBus,
    private readonly store: EventStore,
    private readonly personalData: PersonalData,
    private readonly holdings: CarrierHoldings,
    private readonly imported: ImportedAccounts,
    private readonly claims: Claims,
    private readonly clock: Clock,
    @Inject(POLICY) private readonly policy: PolicyInForce,
  ) {}

  async take(of: RunningImport, told: readonly ToldLine[]): Promise<readonly TakenLine[]> {
    const lines = await this.read(of, told);
    const known = await this.known(of, lines);
    const outcomes = new Map<Line, 'accepted' | 'unchanged' | readonly LineProblem[]>();
    for (const line of lines) outcomes.set(line, await this.judge(of, line, known));
    const accepted = lines.filter((line) => outcomes.get(line) === 'accepted');
    const states = new Map((await this.takeOver(of, accepted, known)).map((state, index) => [accepted[index]!, state]));
    return lines.map((one): TakenLine => {
      const { line } = one;
      const outcome = outcomes.get(one)!;
      if (outcome === 'accepted') return { line, outcome, held: heldOf(states.get(one)!) };
      return outcome === 'unchanged' ? { line, outcome } : { line, outcome: 'rejected', problems: outcome };
    });
  }

  private async read({ importId }: RunningImport, lines: readonly ToldLine[]): Promise<readonly Line[]> {
    const hashOf = await this.personalData.globalHash();
    return lines.map(({ line, told: text }) => {
      const told = JSON.parse(text) as ToldAccount;
      const accountId = told.accountId ?? uuidv7();
      const names = { externalId: hashOf(`import external-id ${told.externalId}`), account: hashOf(`import account ${accountId}`), numbers: told.numbers.map(({ e164 }) => hashOf(`import number ${e164}`)) };
      return { line, told, accountId, command: commandOf(told, importId), names };
    });
  }

  /** By a clock that is in doubt nobody can say what was due. */
  private async known({ importId }: RunningImport, lines: readonly Line[]): Promise<Known> {
    const now = await this.clock.now(null);
    if (await this.clock.inDoubt(null)) throw new ClockInDoubt('an import waits until an operator confirms the clock');
    const registered = lines.filter(({ command }) => registrationOf(command) !== null);
    const lettingGo = await this.holdings.lettingGo(registered.map(({ command }) => registrationOf(command)!));
    return {
      now,
      accounts: await this.store.known(lines.flatMap(({ told }) => told.accountId ?? [])),
      claimed: await this.claims.of(importId, lines.flatMap(({ names }) => [names.externalId, names.account, ...names.numbers])),
      holders: await this.holdings.holdersOf(lines.flatMap(({ told }) => told.numbers.map(({ e164 }) => e164))),
      lettingGo: new Map(registered.map((line, index) => [line, lettingGo[index]!])),
      // Last: what another import takes meanwhile must not be found to be somebody else's.
      external: await this.imported.of(lines.map(({ names }) => names.externalId)),
    };
  }

  /** One line after the other: what an earlier one was accepted with is not free any more. */
  private async judge(of: RunningImport, line: Line, known: Known): Promise<'accepted' | 'unchanged' | readonly LineProblem[]> {
    const { names } = line;
    const { claimed, external } = known;
    const account = external.get(names.externalId);
    if (claimed.has(names.externalId) || typeof account === 'string') return 'unchanged';
    if (account === null) return [{ pointer: '/externalId', code: 'account_purged', message: 'was taken over before, and its data has been deleted since' }];
    const problems = [...importFaults(line.command, known.now, this.policy), ...ofAccount(line, known), ...ofNumbers(line, known)];
    if (problems.length === 0 && !of.dryRun) problems.push(...(await this.ofCarrier(line, known)));
    if (problems.length > 0) return problems;
    for (const name of [names.externalId, names.account, ...names.numbers]) claimed.set(name, line.line);
    return 'accepted';
  }

  /** What somebody else has let go of may still be given up for him: that is found out by having it looked at, which a dry run does not. */
  private async ofCarrier(line: Line, { holders, lettingGo }: Known): Promise<readonly LineProblem[]> {
    const problems: LineProblem[] = [];
    for (const [index, { e164 }] of line.told.numbers.entries()) {
      const former = holders.get(e164);
      if (former && !(await this.holdings.canHave(former))) problems.push(numberTaken(index, 'is still being given back for another account'));
    }
    if (!(await this.holdings.canShare(lettingGo.get(line) ?? []))) problems.push({ pointer: '/tenDlc', code: 'ten_dlc_ending', message: 'names what is being ended at the carrier for another account' });
    return problems;
  }

  private async takeOver(of: RunningImport, accepted: readonly Line[], known: Known): Promise<readonly Membership[]> {
    if (accepted.length === 0) return [];
    const { importId, dryRun } = of;
    await this.claims.put(importId, accepted.flatMap(({ line, names }) => [names.externalId, names.account, ...names.numbers].map((name) => [name, line] as const)));
    if (!dryRun) {
      if (!(await this.imported.put(accepted.map(({ names, accountId }) => ({ hash: names.externalId, accountId }))))) throw new Retry('another import has just taken one of these accounts');
      await this.holdings.takeOver(accepted.map(({ accountId, command }): ComingWith => ({
        accountId, registration: registrationOf(command), numbers: command.numbers.map(({ numberId, e164, carrierNumberId }) => ({ numberId, e164, carrierNumberId, former: known.holders.get(e164) ?? null })),
      })));
    }
    const hashes = dryRun ? null : await this.personalData.accountHashes(accepted.map(({ accountId }) => accountId));
    const taken = accepted.map(({ line, accountId, command }) => ({ accountId, metadata: metadataOf(of, line), command: withHashes(command, hashes?.get(accountId) ?? ((e164) => e164)) }));
    return this.commands.execute(new TakeOverAccounts(taken, known.now, dryRun));
  }
}

/** Of one that has expired nothing is at the carrier that would be the account's. */
const registrationOf = ({ tenDlc }: Command): ComingWith['registration'] => (tenDlc && tenDlc.status !== 'expired' ? tenDlc : null);

const metadataOf = ({ importId, actor }: RunningImport, line: number) => ({ actor, channel: importChannel, correlationId: importId, causationId: `import:${importId}:${line}` });

const heldOf = (state: Membership) => openLosses(state).filter((one) => isHeldSinceImport(state, one)).map(({ kind, dueAt }) => ({ kind, dueAt }));

const inLine = (line: number): string => `is in line ${line}, too`;

const numberTaken = (index: number, message: string): LineProblem => ({ pointer: `/numbers/${index}/e164`, code: 'number_taken', message });

function ofAccount({ told, names }: Line, { accounts, claimed }: Known): readonly LineProblem[] {
  const line = claimed.get(names.account);
  const message = line !== undefined ? inLine(line) : told.accountId !== undefined && accounts.has(told.accountId) ? 'is the id of an account that is here' : null;
  return message === null ? [] : [{ pointer: '/accountId', code: 'account_exists', message }];
}

const ofNumbers = ({ told, names }: Line, { holders, claimed }: Known): readonly LineProblem[] =>
  told.numbers.flatMap(({ e164 }, index) => {
    const line = claimed.get(names.numbers[index]!);
    if (line !== undefined) return [numberTaken(index, inLine(line))];
    return holders.get(e164)?.stands ? [numberTaken(index, 'is another account\'s here')] : [];
  });
