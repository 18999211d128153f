import { hash, randomBytes } from 'node:crypto';
import type { CreateKey, KeyMark, KeyRole } from '#access';
import { didYouMean, type Fault } from '#kernel';
import { refuseMalformed } from '#scenarios';
import { OPEN_TO_KEYS, ROUTES } from './routes.js';

const BYTES = 32;
const SHOWN = 10;
const FORM = /^evk_[\w-]{43}$/;

/** Whether a text has the form of an API key. */
export const isKey = (text: string): boolean => FORM.test(text);

/** The SHA-256 by which a key is known again. */
export const hashOfKey = (text: string): string => hash('sha256', text, 'hex');

/** A new key, to be shown once, and what is kept of it. */
export const newKey = (): { readonly text: string; readonly mark: KeyMark } => {
  const text = `evk_${randomBytes(BYTES).toString('base64url')}`;
  return { text, mark: { prefix: text.slice(0, SHOWN), sha256: hashOfKey(text) } };
};

/** The noun that a path is about: `deals` of `/v1/deals/:deal/amend`. */
export const nounOf = (path: string): string => path.split('/')[2] ?? '';

/** The nouns to which a key of a role can be limited. */
export const scopesOf = (role: KeyRole): string[] => {
  const nouns = Object.entries(ROUTES)
    .filter(([, access]) => access !== 'public' && access[role] !== undefined)
    .map(([route]) => nounOf(route));
  return [...new Set(nouns)].filter((noun) => !OPEN_TO_KEYS.has(noun)).sort();
};

/** Refuses scopes that a key of its role would have no use for, naming those there are. */
export const checkScopes = ({ role, scopes }: Pick<CreateKey, 'role' | 'scopes'>): void => {
  const valid = scopesOf(role);
  const faults = scopes.flatMap((scope, i): Fault[] => {
    if (valid.includes(scope)) return [];
    const message = `"${scope}" is no scope of the role ${role}${didYouMean(scope, valid)}; valid: ${valid.join(', ')}`;
    return [{ path: `scopes[${i}]`, code: 'invalid', message }];
  });
  if (faults.length > 0) refuseMalformed('create-key', faults);
};
