// What the client understands of a connection string. The rest it would ignore, with a warning that repeats the
// password; `tlsVerifyCert` and `throwOnAppendFailure` would change nothing here.
const OPTIONS: ReadonlySet<string> = new Set([
  'connectionname',
  'defaultdeadline',
  'discoveryinterval',
  'gossiptimeout',
  'keepaliveinterval',
  'keepalivetimeout',
  'maxdiscoverattempts',
  'nodepreference',
  'tls',
  'tlscafile',
  'usercertfile',
  'userkeyfile',
]);

const LOGIN = '(?:[^:@/?,]+:[^@/?]+@)?';
const HOST = String.raw`[\w.-]+(?::\d{1,5})?`;
const NODES = new RegExp(`^(?:esdb|kurrentdb)://${LOGIN}${HOST}(?:,${HOST})*/?$`);
const DISCOVERED = new RegExp(String.raw`^(?:esdb|kurrentdb)\+discover://${LOGIN}${HOST}/?$`);

/** Whether a text names an EventStoreDB or KurrentDB: one node, the nodes of a cluster, or a name that stands for them. */
export const isEventStoreDbUrl = (text: string): boolean => {
  const [where = '', ...queries] = text.split('?');
  const options = queries.join('?').split('&').filter(Boolean);
  return (
    (NODES.test(where) || DISCOVERED.test(where)) &&
    options.every((option) => {
      const [name = '', value = ''] = option.split('=');
      return OPTIONS.has(name.toLowerCase().replaceAll(/[_-]/g, '')) && value !== '';
    })
  );
};
