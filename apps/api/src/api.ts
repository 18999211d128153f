import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import type { RawBodyRequest } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import helmet from 'helmet';
import { pinoHttp } from 'pino-http';
import { ApiModule, type ApiParts } from './api.module.js';
import type { CalledRequest } from './caller.js';
import { refuseDeep, refuseTwice } from './json-text.js';
import { documentOf } from './openapi.js';
import { BODY_BYTES, HttpRefusal } from './problem.js';

const REQUEST_ID = /^[\w.-]{1,100}$/;

/** Requests that are answered at the same time, about what is done in half a second; more are told to come back. */
const AT_ONCE = 500;

// Nothing from elsewhere, and no script but our own. Whether it is reached by HTTPS is for what stands before it.
const POLICY = {
  defaultSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
  imgSrc: ["'self'", 'data:'],
  objectSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
};

const withRequestId: RequestHandler = (request, response, next) => {
  const given = request.get('x-request-id');
  const id = given && REQUEST_ID.test(given) ? given : randomUUID();
  (request as CalledRequest).id = id;
  response.setHeader('X-Request-Id', id);
  next();
};

const limitedLoad = (): RequestHandler => {
  let running = 0;
  return (_request, response, next) => {
    if (running >= AT_ONCE) {
      next(
        new HttpRefusal(
          'Unavailable',
          `More than ${AT_ONCE} requests at once: try again in a second.`,
        ),
      );
      return;
    }
    running += 1;
    response.once('close', () => (running -= 1));
    next();
  };
};

const jsonOnly = (request: Request, _response: Response, next: NextFunction): void => {
  const hasBody =
    request.headers['transfer-encoding'] !== undefined ||
    Number(request.headers['content-length'] ?? 0) > 0;
  // An import and an attachment check their own.
  const isFile = /^\/v1\/(imports|disputes\/[^/]+\/attachments)$/.test(request.path);
  if (hasBody && !isFile && !request.is('application/json')) {
    next(
      new HttpRefusal('UnsupportedMediaType', 'Send the body as Content-Type: application/json.'),
    );
  } else next();
};

const unambiguousOnly = (
  { rawBody, body }: RawBodyRequest<Request>,
  _response: Response,
  next: NextFunction,
): void => {
  if (rawBody) {
    refuseDeep(rawBody);
    refuseTwice(rawBody, body);
  }
  next();
};

// What a request holds may be secret; what it was, to whom and how it ended is not.
const logged = (log: ApiParts['log']): RequestHandler =>
  pinoHttp<Request, Response>({
    logger: log,
    genReqId: (request) => (request as CalledRequest).id,
    customLogLevel: (_request, response) => (response.statusCode >= 500 ? 'error' : 'info'),
    serializers: {
      req: ({ method, url }: { method: string; url: string }) => ({
        method,
        path: url.split('?', 1)[0],
      }),
      res: ({ statusCode }: { statusCode: number }) => ({ status: statusCode }),
    },
    customProps: (request) => {
      const { caller } = request as CalledRequest;
      if (!caller) return {};
      const { user, role, key } = caller;
      return { user, role, ...(key && { key: key.id }) };
    },
    quietReqLogger: true,
    customAttributeKeys: { reqId: 'requestId' },
  });

/** Makes the HTTP interface of a running service, without listening yet. */
export const createApi = async (parts: ApiParts): Promise<NestExpressApplication> => {
  const app = await NestFactory.create<NestExpressApplication>(ApiModule.on(parts), {
    bodyParser: false,
    rawBody: true,
    logger: false,
    abortOnError: false,
  });
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(withRequestId);
  if (parts.log.isLevelEnabled('info')) app.use(logged(parts.log));
  app.use(helmet({ contentSecurityPolicy: { useDefaults: false, directives: POLICY } }));
  app.use(limitedLoad());
  app.use(jsonOnly);
  app.useBodyParser('json', { limit: BODY_BYTES });
  app.use(unambiguousOnly);
  // Describing every route takes a moment, which nobody who only sends commands should wait for.
  let document: OpenAPIObject | undefined;
  const described = (): OpenAPIObject => (document ??= documentOf(app));
  SwaggerModule.setup('docs', app, described, {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Everycent API',
  });
  await app.init();
  return app;
};
