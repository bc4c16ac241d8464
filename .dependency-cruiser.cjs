// What may depend on what: each rule is a row of the architecture's table, with its reason.

/** Parts of the server that are no feature. */
const NOT_A_FEATURE = 'platform|contract|kernel'

/** Database drivers, the web server and Node's own I/O. */
const IO_PACKAGES =
  '^(node_modules/)(knex|knex-postgis|pg|fastify|@fastify|@electric-sql|yauzl|@node-rs)(/|$)'
const IO_CORE = '^(node:)?(fs|net|http|https|http2|child_process|worker_threads|dgram|tls)(/|$)'

module.exports = {
  forbidden: [
    {
      name: 'client-sees-only-the-contract',
      comment: 'A fee or an eligibility is computed once, on the server; the client asks.',
      severity: 'error',
      from: { path: '^client/' },
      to: { path: '^(server|migrations|scripts)/', pathNot: '^server/contract/' },
    },
    {
      name: 'server-never-sees-the-client',
      comment: 'The server works without the pages.',
      severity: 'error',
      from: { path: '^(server|migrations)/' },
      to: { path: '^(client|scripts|tests)/' },
    },
    {
      name: 'pure-parts-do-no-io',
      comment: 'The law is testable in microseconds: contract, kernel and rules are functions of values.',
      severity: 'error',
      from: { path: '^server/(contract|kernel)/|^server/[^/]+/rules/' },
      to: {
        path: [IO_PACKAGES, IO_CORE, '^server/platform/', '^server/[^/]+/(routes|service|repository)\\.ts$'],
      },
    },
    {
      name: 'contract-imports-typebox-only',
      comment: 'What crosses the wire can be lifted out whole.',
      severity: 'error',
      from: { path: '^server/contract/' },
      to: { pathNot: '^server/contract/|^node_modules/typebox/' },
    },
    {
      name: 'kernel-imports-nothing',
      comment: 'Value types stand at the bottom.',
      severity: 'error',
      from: { path: '^server/kernel/' },
      to: { path: '^(server|client)/', pathNot: '^server/kernel/' },
    },
    {
      name: 'features-meet-at-the-service',
      comment: 'The layout of the tables is a private matter of their feature.',
      severity: 'error',
      from: { path: `^server/(?!(?:${NOT_A_FEATURE})/)([^/]+)/` },
      to: { path: '^server/[^/]+/repository\\.ts$', pathNot: '^server/$1/' },
    },
    {
      name: 'routes-have-no-side-door',
      comment: 'Authorization lives in the service, so routes never reach the repository.',
      severity: 'error',
      from: { path: '^server/[^/]+/routes\\.ts$' },
      to: { path: '^server/[^/]+/repository\\.ts$' },
    },
    {
      name: 'platform-knows-no-feature',
      comment: 'The platform can be lifted out whole.',
      severity: 'error',
      from: { path: '^server/platform/' },
      to: { path: '^server/', pathNot: `^server/(${NOT_A_FEATURE})/` },
    },
    {
      name: 'ui-knows-no-domain',
      comment: 'Wrappers over Element Plus can be lifted out whole.',
      severity: 'error',
      from: { path: '^client/ui/' },
      to: { path: '^(client|server)/', pathNot: '^client/ui/' },
    },
    {
      name: 'the-map-has-one-owner',
      comment: 'Only client/map touches maplibre-gl.',
      severity: 'error',
      from: { path: '^client/', pathNot: '^client/map/' },
      to: { path: '^node_modules/(maplibre-gl|@maplibre)/' },
    },
    {
      name: 'migrations-stand-alone',
      comment: 'History must not change when code does.',
      severity: 'error',
      from: { path: '^migrations/' },
      to: { path: '^(server|client|scripts)/' },
    },
    {
      name: 'server-runs-compiled',
      comment: '#contract/ leads to the sources; compiled code needs relative paths.',
      severity: 'error',
      from: { path: '^(server|scripts/cli)/' },
      to: { dependencyTypes: ['aliased-subpath-import'] },
    },
    {
      name: 'nothing-needs-the-tests',
      comment: 'Tests look at the code, never the other way round.',
      severity: 'error',
      from: { path: '^(server|client|migrations|scripts)/', pathNot: '^scripts/(run/postgis\\.mjs|bench/)' },
      to: { path: '^tests/' },
    },
    {
      name: 'no-development-packages-at-run-time',
      comment: 'The production image installs without them.',
      severity: 'error',
      from: { path: '^(server|migrations|scripts/cli)/' },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: '^node_modules/@types/',
      },
    },
    {
      name: 'no-cycles',
      comment:
        'A part that needs itself has not found its border; types and lazily loaded pages may look back.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only', 'dynamic-import'] } },
    },
    {
      name: 'nothing-unresolved',
      comment: 'An import that leads nowhere fails at run time only.',
      severity: 'error',
      from: { pathNot: '\\.d\\.ts$' },
      to: { couldNotResolve: true, pathNot: '\\?url$|^virtual:|^geojson$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.cache|\\.qidi)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'module', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.vue', '.json'],
    },
  },
}
