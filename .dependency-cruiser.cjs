// Facts in, commitments out: imports go upstream only. Each row may import the rows above it, never its own or a
// later one; inside a lib anything goes except a cycle.
const ROWS = [
  ['kernel'],
  ['event-store'],
  ['payees', 'territories', 'plans', 'deals', 'periods', 'disputes', 'access'],
  ['crediting'],
  ['earnings'],
  ['ledger'],
  ['statements', 'payouts'],
  ['scenarios', 'audit', 'privacy'],
  ['imports'],
];

const anyOf = (names) => `(${names.join('|')})`;

const directions = ROWS.flatMap((row, i) => {
  const below = ROWS.slice(i + 1).flat();
  return row.map((lib) => {
    const forbidden = [...below, ...row.filter((other) => other !== lib)];
    return {
      name: `${lib}-imports-upstream-only`,
      comment: `${lib} may import: ${ROWS.slice(0, i).flat().join(', ') || 'no other lib'}.`,
      severity: 'error',
      from: { path: `^libs/${lib}/`, pathNot: '\\.(spec|fixtures)\\.ts$' },
      to: { path: `^libs/${anyOf(forbidden)}/` },
    };
  });
}).filter(({ to }) => to.path !== '^libs/()/');

// A file's name says what it may touch: without a dotted suffix it is pure. The event store and the builders
// for specs touch the world by their nature; index.ts only passes on.
const PURE = {
  path: '^libs/[^.]+\\.ts$',
  pathNot: ['^libs/(event-store|testing)/', '/index\\.ts$'],
};

module.exports = {
  forbidden: [
    ...directions,
    {
      name: 'libs-never-see-apps',
      severity: 'error',
      from: { path: '^(libs|migrations)/' },
      to: { path: '^apps/' },
    },
    {
      name: 'across-libs-only-by-index',
      comment: 'Import "#name"; what its index.ts does not export is private.',
      severity: 'error',
      from: { path: '^(?:libs/([^/]+)|apps|migrations|test)/' },
      to: { path: '^libs/[^/]+/src/', pathNot: ['^libs/$1/', '^libs/[^/]+/src/index\\.ts$'] },
    },
    {
      name: 'testing-is-for-specs',
      severity: 'error',
      from: {
        path: '^(libs|apps|migrations)/',
        pathNot: ['\\.(spec|fixtures)\\.ts$', '^libs/testing/'],
      },
      to: { path: ['^libs/testing/', '\\.fixtures\\.ts$'] },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: { pathNot: '^node_modules' },
      to: { circular: true },
    },
    {
      name: 'pure-files-touch-nothing',
      comment:
        'Give the file a dotted suffix (.handler .queries .rows .postgres ...), or pass in what it needs.',
      severity: 'error',
      from: PURE,
      to: {
        path: [
          'node_modules/(@nestjs|typeorm|pg|pg-copy-streams|@eventstore|rxjs)/',
          '^libs/event-store/',
        ],
      },
    },
    {
      name: 'pure-files-need-no-node',
      severity: 'error',
      from: PURE,
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'decimal-only-in-kernel',
      severity: 'error',
      from: { path: '^(libs|apps|migrations)/', pathNot: ['^libs/kernel/', '\\.spec\\.ts$'] },
      to: { path: 'node_modules/decimal\\.js/' },
    },
    { name: 'everything-resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(apps/console/|dist/)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
