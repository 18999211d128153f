import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';

/** A new secret by which a receiver knows that a message is ours. */
export const newSecret = (): string => `${PREFIX}${randomBytes(32).toString('base64')}`;

/** The signature of a message by one secret as the Standard Webhooks specification has it: HMAC-SHA256 over id, time and body. */
export const sign = (secret: string, id: string, timestamp: number, body: string): string => {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
};

/** The signatures by each of some secrets, as one header: while a secret is replaced there are two. */
export const signatures = (
  secrets: readonly string[],
  id: string,
  timestamp: number,
  body: string,
): string => secrets.map((secret) => sign(secret, id, timestamp, body)).join(' ');
