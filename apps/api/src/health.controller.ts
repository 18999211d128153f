import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { OpenCompany } from '../../worker/src/company.js';
import { HttpRefusal } from './problem.js';

/** Whether the service works. */
@ApiTags('service')
@Controller()
export class HealthController {
  constructor(private readonly company: OpenCompany) {}

  @ApiOperation({
    summary:
      'Answers 200 while the log and its followers work, and how far they are; 503 otherwise.',
  })
  @Get('healthz')
  async health(): Promise<object> {
    try {
      return { status: 'ok', ...(await this.company.health()) };
    } catch {
      throw new HttpRefusal('Unavailable', 'The event log does not answer.');
    }
  }
}
