import { payeeFieldsIn } from './predicate.js';
import { refuse } from './refusal.js';

const wheresIn = (value: unknown, path: string): { path: string; where: string }[] => {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const at = Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`;
    return name === 'where' && typeof inner === 'string'
      ? [{ path: at, where: inner }]
      : wheresIn(inner, at);
  });
};

/**
 * Refuses components in whose predicates personal data decides money: it can be forgotten, and
 * amounts must stay what they are. `marked` are the attributes of payees that are personal.
 */
export const refusePersonal = (
  of: string,
  components: readonly object[],
  marked: readonly string[],
): void => {
  const personal = new Set(['*', 'name', 'email', ...marked.map((name) => `attributes.${name}`)]);
  if (marked.length > 0) personal.add('attributes.*');
  const errors = wheresIn(components, 'components').flatMap(({ path, where }) =>
    payeeFieldsIn(where)
      .filter((field) => personal.has(field))
      .map((field) => ({
        path,
        code: 'personal',
        message: `payee.${field} is personal data, which can be forgotten and must not decide what is paid; compare payee.id, payee.role or another attribute`,
      })),
  );
  if (errors.length === 0) return;
  const list = errors.map(({ path, message }) => `${path}: ${message}`).join('\n');
  refuse('PersonalDataDecides', `${of}: ${list}`, { errors });
};
