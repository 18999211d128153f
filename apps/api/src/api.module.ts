import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import type { Logger } from 'pino';
import { AccessGuard } from './access.guard.js';
import { ApiKeysController } from './api-keys.controller.js';
import { AttachmentsController } from './attachments.controller.js';
import { AuditController } from './audit.controller.js';
import { COMMAND_HANDLERS } from './commands.handler.js';
import { OpenCompany } from '../../worker/src/company.js';
import { AccountsController } from './accounts.controller.js';
import { CompanyController } from './company.controller.js';
import { ControlsController } from './controls.controller.js';
import { DealsController } from './deals.controller.js';
import { DealsQueries } from './deals.queries.js';
import { DisputesController } from './disputes.controller.js';
import { HealthController } from './health.controller.js';
import { PayeesController } from './payees.controller.js';
import { PayoutsController } from './payouts.controller.js';
import { PeriodsController } from './periods.controller.js';
import { PlansController } from './plans.controller.js';
import { Reader } from './reader.js';
import { RolesController } from './roles.controller.js';
import { KeyUses } from './key-uses.postgres.js';
import { Logins } from './logins.js';
import { Resources } from './resources.js';
import { StatementsController } from './statements.controller.js';
import { TablesController } from './tables.controller.js';
import { TerritoriesController } from './territories.controller.js';
import { ImportsController } from './imports.controller.js';
import { Jobs } from './jobs.js';
import { SimulationsController } from './simulations.controller.js';
import { Idempotency } from './idempotency.postgres.js';
import { ProblemFilter } from './problem.filter.js';
import { ThrottleGuard } from './throttle.guard.js';
import type { Tokens } from './tokens.js';
import { WebhooksController } from './webhooks.controller.js';
import { Writer } from './writer.js';

/** What the API is built on. */
export interface ApiParts {
  readonly company: OpenCompany;
  readonly idempotency: Idempotency;
  readonly tokens: Tokens;
  /** Comp-admin until facts speak of him; where he is named, what tokens say of roles does not count. */
  readonly admin?: string;
  /** The clock by which keys expire, in ms. */
  readonly now?: () => number;
  readonly log: Logger;
}

/** The HTTP interface of a running service. */
@Module({})
export class ApiModule {
  static on({ company, idempotency, tokens, log, admin, now }: ApiParts): DynamicModule {
    const uses = new KeyUses(company.database.pool, (error) =>
      log.warn({ err: error }, 'When a key was used is not noted.'),
    );
    const logins = new Logins(tokens, company, uses, admin, now);
    return {
      module: ApiModule,
      imports: [CqrsModule.forRoot()],
      controllers: [
        AccountsController,
        ApiKeysController,
        AttachmentsController,
        AuditController,
        CompanyController,
        ControlsController,
        DealsController,
        DisputesController,
        HealthController,
        ImportsController,
        PayeesController,
        PayoutsController,
        PeriodsController,
        PlansController,
        RolesController,
        SimulationsController,
        StatementsController,
        TablesController,
        TerritoriesController,
        WebhooksController,
      ],
      providers: [
        DealsQueries,
        Jobs,
        Reader,
        Resources,
        Writer,
        ...COMMAND_HANDLERS,
        { provide: OpenCompany, useValue: company },
        { provide: Idempotency, useValue: idempotency },
        { provide: Logins, useValue: logins },
        { provide: KeyUses, useValue: uses },
        { provide: APP_FILTER, useValue: new ProblemFilter(log) },
        // In this order: only a known caller can be counted.
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_GUARD, useClass: ThrottleGuard },
      ],
    };
  }
}
