const libs =
  'kernel|event-store|access|payees|territories|plans|deals|crediting|earnings|ledger|statements|disputes|payouts|periods|audit|scenarios|imports|privacy|testing';

export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{libs,apps,test}/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/dist/', '<rootDir>/apps/console/'],
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    // Named one by one: packages have subpath imports of their own that begin with #.
    [`^#(${libs})$`]: '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  globalSetup: '<rootDir>/test/support/start-database.mjs',
  globalTeardown: '<rootDir>/test/support/stop-database.mjs',
  // Two cores, and PostgreSQL wants some of them too.
  maxWorkers: 2,
  testTimeout: 120_000,
};
