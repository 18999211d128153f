import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import type { Logger } from 'pino';
import type { CalledRequest } from './caller.js';
import { problemOf } from './problem.js';

/** Answers every error as `application/problem+json`; what is our own fault is logged under the request id. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<CalledRequest>();
    const response = http.getResponse<Response>();
    const problem = problemOf(error);
    if (problem.status === 500)
      this.log.error({ err: error, requestId: request.id }, 'A request failed.');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="everycent"');
    if (problem.status === 503 || problem.status === 429) response.setHeader('Retry-After', '1');
    response.status(problem.status).type('application/problem+json');
    response.send(JSON.stringify({ ...problem, requestId: request.id }));
  }
}
