// What the client understands of a connection string. The rest it would ignore, with a warning that repeats the
// password; `tlsVerifyCert` and `throwOnAppendFailure` would change nothing here.
const OPTIONS = [
  'connectionName',
  'defaultDeadline',
  'discoveryInterval',
  'gossipTimeout',
  'keepAliveInterval',
  'keepAliveTimeout',
  'maxDiscoverAttempts',
  'nodePreference',
  'tls',
  'tlsCAFile',
  'userCertFile',
  'userKeyFile',
];
const KNOWN: ReadonlySet<string> = new Set(OPTIONS.map((name) => name.toLowerCase()));

const LOGIN = '(?:[^:@/?,]+:[^@/?]+@)?';
const HOST = String.raw`[\w.-]+(?::\d{1,5})?`;
const NODES = new RegExp(`^(?:esdb|kurrentdb)://${LOGIN}${HOST}(?:,${HOST})*/?$`);
const DISCOVERED = new RegExp(String.raw`^(?:esdb|kurrentdb)\+discover://${LOGIN}${HOST}/?$`);

/** Whether a text names an EventStoreDB or KurrentDB: one node, the nodes of a cluster, or a name that stands for them. */
export const isEventStoreDbUrl = (text: string): boolean => {
  const [where, options] = parts(text);
  return isPlace(where) && faultIn(options) === undefined;
};

/** What is wrong with the options of a connection string that is in order but for them; repeats no password. */
export const optionFault = (text: string): string | undefined => {
  const [where, options] = parts(text);
  // What follows a question mark in a password is no option.
  const isPassword = text.lastIndexOf('@') > where.length;
  return isPassword || !isPlace(where) ? undefined : faultIn(options);
};

const isPlace = (where: string): boolean => NODES.test(where) || DISCOVERED.test(where);

const faultIn = (options: readonly string[]): string | undefined => {
  for (const option of options) {
    const [name = '', value = ''] = option.split('=');
    if (!KNOWN.has(name.toLowerCase().replaceAll(/[_-]/g, '')))
      return `there is no option "${name}"; valid: ${OPTIONS.join(', ')}`;
    if (value === '') return `its option "${name}" has no value`;
  }
  return undefined;
};

const parts = (text: string): readonly [string, readonly string[]] => {
  const [where = '', ...queries] = text.split('?');
  return [where, queries.join('?').split('&').filter(Boolean)];
};
