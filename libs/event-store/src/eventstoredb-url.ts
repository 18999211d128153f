const isWhole = (value: string): boolean => /^-?\d{1,9}$/.test(value);
const isTruth = (value: string): boolean => value === 'true' || value === 'false';
const NUMBER = [isWhole, 'a whole number'] as const;
const TEXT = [(value: string) => isDecodable(value), 'text in which "%" is written %25'] as const;

// What the client understands of a connection string, and what it takes for it. The rest it would ignore, with a warning
// that repeats the password; `tlsVerifyCert` and `throwOnAppendFailure` would change nothing here. Whoever reads from
// another node than the leader would not see what was just written.
const OPTIONS = {
  connectionName: TEXT,
  defaultDeadline: NUMBER,
  discoveryInterval: NUMBER,
  gossipTimeout: NUMBER,
  keepAliveInterval: NUMBER,
  keepAliveTimeout: NUMBER,
  maxDiscoverAttempts: NUMBER,
  nodePreference: [(value: string) => value === 'leader', 'leader'] as const,
  tls: [isTruth, 'true or false'] as const,
  tlsCAFile: TEXT,
  userCertFile: TEXT,
  userKeyFile: TEXT,
};
const NAMES = Object.keys(OPTIONS);

const flat = (name: string): string => name.toLowerCase().replaceAll(/[_-]/g, '');
const KNOWN = new Map(Object.entries(OPTIONS).map(([name, option]) => [flat(name), option]));

// KurrentDB is the name of later servers; the client knows them by the first one.
const SCHEME = '(?:esdb|kurrentdb|kurrent|kdb)';
const LOGIN = '(?:[^:@/?,]+:[^:@/?]+@)?';
const HOST = String.raw`[\w.-]+(?::\d{1,5})?`;
const NODES = new RegExp(`^${SCHEME}://${LOGIN}${HOST}(?:,${HOST})*/?$`);
const DISCOVERED = new RegExp(String.raw`^${SCHEME}\+discover://${LOGIN}${HOST}/?$`);
const ESCAPES =
  'a ":", "@", "/", "?" or "%" in a login, or "@" in an option, is written %3A, %40, %2F, %3F or %25';

/** Whether a text names an EventStoreDB or KurrentDB: one node, the nodes of a cluster, or a name that stands for them. */
export const isEventStoreDbUrl = (text: string): boolean => {
  const [where, options] = parts(text);
  return isPlace(where) && !isLoginLater(text, where) && faultIn(options) === undefined;
};

/** What is wrong with a connection string that is in order but for its login or options; repeats no password. */
export const optionFault = (text: string): string | undefined => {
  const [where, options] = parts(text);
  if (!isLoginLater(text, where) && isPlace(where)) return faultIn(options);
  return new RegExp(`^${SCHEME}.*@`).test(text) ? ESCAPES : undefined;
};

/**
 * The connection string as the client understands it. It looks for the nodes of a cluster once and briefly, where nothing
 * else is said: we ask again for as long as we have patience, and it would take minutes over nodes that do not answer.
 */
export const clientUrl = (text: string): string => {
  const [where, options] = parts(text);
  const given = options.map((option) => flat(option.split('=')[0] ?? ''));
  const ours = ['maxDiscoverAttempts=1', 'gossipTimeout=2'].filter(
    (option) => !given.includes(flat(option.split('=')[0] ?? '')),
  );
  const place = where.replace(new RegExp(`^${SCHEME}`), 'esdb').replace(/\/$/, '');
  return `${place}?${[...options, ...ours].join('&')}`;
};

const isDecodable = (text: string): boolean => {
  try {
    return decodeURIComponent(text) !== '';
  } catch {
    return false;
  }
};

// The client takes all before an at sign for a login, wherever it is.
const isLoginLater = (text: string, where: string): boolean => text.lastIndexOf('@') > where.length;

const isPlace = (where: string): boolean =>
  (NODES.test(where) || DISCOVERED.test(where)) && isDecodable(where);

const faultIn = (options: readonly string[]): string | undefined => {
  for (const option of options) {
    const [name = '', value = '', ...more] = option.split('=');
    const [isValid, valid] = KNOWN.get(flat(name)) ?? [];
    if (!isValid || !valid) return `there is no option "${name}"; valid: ${NAMES.join(', ')}`;
    if (value === '') return `its option "${name}" has no value`;
    if (!isValid([value, ...more].join('=')))
      return `its option "${name}" is not usable; valid: ${valid}`;
  }
  return undefined;
};

const parts = (text: string): readonly [string, readonly string[]] => {
  const [where = '', ...queries] = text.split('?');
  return [where, queries.join('?').split('&').filter(Boolean)];
};
