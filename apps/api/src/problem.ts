import { REFUSAL_CODES, Refusal, type RefusalCode } from '#kernel';
import { AppendTooLarge, Conflict, isUnavailable, LogUnavailable } from '#event-store';

/** The largest body, in bytes; files are imported in their own way. */
export const BODY_BYTES = 1024 * 1024;

/** One thing that is wrong with a request: where (a JSON pointer, or `query` and `header` names), what, why. */
export interface ProblemError {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

/** What an HTTP client is told when something is refused: RFC 9457, `application/problem+json`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly errors?: readonly ProblemError[];
  /** Facts about the refusal that a program may want, such as the limit that was passed. */
  readonly context?: Readonly<Record<string, unknown>>;
}

/** Reasons that only HTTP knows; those of the business stand in `REFUSAL_CODES`. */
export const HTTP_CODES = {
  MalformedRequest: { http: 400, meaning: 'The request is not well-formed HTTP or JSON.' },
  Unauthenticated: { http: 401, meaning: 'A valid access token is needed.' },
  Forbidden: { http: 403, meaning: 'The role of this login does not allow it.' },
  NotFound: { http: 404, meaning: 'There is nothing here for this login.' },
  MethodNotAllowed: { http: 405, meaning: 'This resource does not have that method.' },
  NotAcceptable: { http: 406, meaning: 'The answer does not exist in the media type asked for.' },
  Conflict: { http: 409, meaning: 'Others wrote to the same thing at the same time: try again.' },
  WebhooksTooMany: { http: 409, meaning: 'There are as many webhooks as there may be.' },
  PreconditionFailed: { http: 412, meaning: 'It has changed since the ETag named in If-Match.' },
  TooLarge: { http: 413, meaning: 'The request is larger than the limit.' },
  UnsupportedMediaType: {
    http: 415,
    meaning: 'The body is not of a media type that is read here.',
  },
  InvalidParameter: { http: 422, meaning: 'A parameter of the request is not valid.' },
  IdempotencyKeyReused: { http: 422, meaning: 'The key was used with another request before.' },
  IdempotencyKeyRequired: {
    http: 400,
    meaning: 'Where money moves a request needs an Idempotency-Key.',
  },
  PreconditionRequired: { http: 428, meaning: 'If-Match must name the ETag that was seen.' },
  TooManyRequests: { http: 429, meaning: 'More requests than the limit allows.' },
  PositionNotReached: {
    http: 503,
    meaning: 'The rows have not reached the position in time: try again.',
  },
  Unavailable: { http: 503, meaning: 'The service cannot answer just now: try again.' },
  Internal: {
    http: 500,
    meaning: 'A fault of the service, which was logged under the request id.',
  },
} as const satisfies Readonly<Record<string, { http: number; meaning: string }>>;

/** The name of a reason that only HTTP knows. */
export type HttpCode = keyof typeof HTTP_CODES;

const CODES: Readonly<Record<string, { http: number; meaning: string }>> = {
  ...REFUSAL_CODES,
  ...HTTP_CODES,
};

/** A request that HTTP itself refuses; becomes a problem. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal';

  constructor(
    readonly code: HttpCode,
    message: string,
    readonly errors?: readonly ProblemError[],
    readonly context?: Readonly<Record<string, unknown>>,
  ) {
    super(message);
  }
}

const problem = (
  code: string,
  detail: string,
  errors?: readonly ProblemError[],
  context?: Readonly<Record<string, unknown>>,
): Problem => {
  const { http, meaning } = CODES[code] as { http: number; meaning: string };
  return {
    type: `urn:everycent:problem:${code}`,
    title: meaning,
    status: http,
    detail,
    code,
    ...(errors && errors.length > 0 ? { errors } : {}),
    ...(context && Object.keys(context).length > 0 ? { context } : {}),
  };
};

/** The path of a command's field (`lines[0].amount`) as a JSON pointer (`/lines/0/amount`). */
export const pointerOf = (path: string): string =>
  path === ''
    ? ''
    : `/${path
        .replaceAll('~', '~0')
        .replaceAll('/', '~1')
        .replace(/\[(\d+)\]/g, '.$1')
        .replaceAll('.', '/')}`;

interface Fault {
  readonly path?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
}

const isList = (value: unknown): value is readonly Fault[] => Array.isArray(value);

const ofRefusal = ({ code, message, details }: Refusal): Problem => {
  const { errors: faults, ...context } = details;
  const errors = isList(faults)
    ? faults.map((fault) => ({
        pointer: pointerOf(String(fault.path ?? '')),
        code: String(fault.code ?? 'invalid'),
        message: String(fault.message ?? fault),
      }))
    : undefined;
  return problem(code satisfies RefusalCode, message, errors, context);
};

// What Express, its body parser and Nest throw, by status.
const BY_STATUS: Readonly<Record<number, HttpCode>> = {
  400: 'MalformedRequest',
  401: 'Unauthenticated',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  413: 'TooLarge',
  415: 'UnsupportedMediaType',
  422: 'InvalidParameter',
  429: 'TooManyRequests',
  503: 'Unavailable',
};

const statusOf = (error: unknown): number => {
  if (typeof error !== 'object' || error === null) return 500;
  if ('getStatus' in error && typeof error.getStatus === 'function')
    return Number(error.getStatus());
  if ('status' in error && typeof error.status === 'number') return error.status;
  // Express throws this for a path such as /%zz.
  return error instanceof URIError ? 400 : 500;
};

/** What a client is told about an error, whatever threw it. */
export const problemOf = (error: unknown): Problem => {
  if (error instanceof Refusal) return ofRefusal(error);
  if (error instanceof HttpRefusal)
    return problem(error.code, error.message, error.errors, error.context);
  if (error instanceof AppendTooLarge)
    return problem(
      'TooLarge',
      error.message,
      undefined,
      error.limit === undefined ? undefined : { limit: error.limit },
    );
  if (error instanceof Conflict) return problem('Conflict', HTTP_CODES.Conflict.meaning);
  if (error instanceof LogUnavailable || isUnavailable(error))
    return problem('Unavailable', HTTP_CODES.Unavailable.meaning);
  const status = statusOf(error);
  if (status >= 500 && status !== 503) return problem('Internal', HTTP_CODES.Internal.meaning);
  const code = BY_STATUS[status] ?? 'MalformedRequest';
  if (code === 'TooLarge')
    return problem(code, `The body is larger than ${BODY_BYTES} bytes.`, undefined, {
      limit: BODY_BYTES,
    });
  return problem(code, error instanceof Error ? error.message : HTTP_CODES[code].meaning);
};
