import { Injectable } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { accessHandlers } from '#access';
import { dealHandlers } from '#deals';
import { disputeHandlers } from '#disputes';
import { payeeHandlers } from '#payees';
import { payoutHandlers } from '#payouts';
import { periodHandlers } from '#periods';
import { planHandlers } from '#plans';
import { territoryHandlers } from '#territories';
import { OpenCompany } from '../../worker/src/company.js';
import type { Executed, Given } from '../../worker/src/execution.js';

/** A command on the bus; its class says which room of the business decides on it. */
export class Sent {
  constructor(readonly given: Given) {}
}

class SentToDeals extends Sent {}
class SentToPayees extends Sent {}
class SentToTerritories extends Sent {}
class SentToPlans extends Sent {}
class SentToPeriods extends Sent {}
class SentToPayouts extends Sent {}
class SentToDisputes extends Sent {}
class SentToAccess extends Sent {}

@Injectable()
class Decides implements ICommandHandler<Sent, Executed> {
  constructor(private readonly company: OpenCompany) {}

  execute({ given }: Sent): Promise<Executed> {
    return this.company.execute(given);
  }
}

@CommandHandler(SentToDeals)
class DealsHandler extends Decides {}
@CommandHandler(SentToPayees)
class PayeesHandler extends Decides {}
@CommandHandler(SentToTerritories)
class TerritoriesHandler extends Decides {}
@CommandHandler(SentToPlans)
class PlansHandler extends Decides {}
@CommandHandler(SentToPeriods)
class PeriodsHandler extends Decides {}
@CommandHandler(SentToPayouts)
class PayoutsHandler extends Decides {}
@CommandHandler(SentToDisputes)
class DisputesHandler extends Decides {}
@CommandHandler(SentToAccess)
class AccessHandler extends Decides {}

/** The handlers of the command bus, one for each room. */
export const COMMAND_HANDLERS = [
  DealsHandler,
  PayeesHandler,
  TerritoriesHandler,
  PlansHandler,
  PeriodsHandler,
  PayoutsHandler,
  DisputesHandler,
  AccessHandler,
];

const ROOMS = [
  [dealHandlers, SentToDeals],
  [payeeHandlers, SentToPayees],
  [territoryHandlers, SentToTerritories],
  [planHandlers, SentToPlans],
  [periodHandlers, SentToPeriods],
  [payoutHandlers, SentToPayouts],
  [disputeHandlers, SentToDisputes],
  [accessHandlers, SentToAccess],
] as const;

const SENT = new Map<string, typeof Sent>(
  ROOMS.flatMap(([commands, to]) => Object.keys(commands).map((type) => [type, to] as const)),
);

/** A command, addressed to its room. */
export const sent = (given: Given): Sent => new (SENT.get(given.type) as typeof Sent)(given);
