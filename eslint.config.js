import { readFileSync } from 'node:fs';
import boundaries from 'eslint-plugin-boundaries';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Who may import whom. Anything that is not listed is an error. */
const MAY_IMPORT = {
  domain: ['domain'],
  codes: ['codes', 'domain'],
  contract: ['contract', 'domain'],
  native: ['native', 'contract'],
  terminal: ['terminal', 'domain', 'codes', 'contract', 'native'],
  clearing: ['clearing', 'domain', 'codes', 'contract'],
  main: ['main', 'contract', 'domain'],
  preload: ['preload', 'contract'],
  renderer: ['renderer', 'contract', 'domain'],
  cli: ['cli', 'terminal', 'domain', 'codes', 'contract', 'native'],
  scripts: ['scripts', 'test', 'clearing', 'contract', 'codes', 'domain', 'native'],
  test: [
    'test',
    'scripts',
    'domain',
    'codes',
    'contract',
    'native',
    'terminal',
    'clearing',
    'main',
    'preload',
    'renderer',
    'cli',
  ],
};

const elements = [
  // Whole paths, so that test/unit/native is a test and not `native`.
  { type: 'test', pattern: 'test/**', partialMatch: false },
  ...['domain', 'codes', 'contract', 'terminal', 'clearing', 'main', 'preload', 'cli'].map((name) => ({
    type: name,
    pattern: `src/${name}`,
  })),
  ...['native', 'renderer', 'scripts'].map((name) => ({ type: name, pattern: name })),
];

const NODE_BUILT_INS = { group: ['node:*'], message: 'This folder runs without Node.' };
const ELECTRON = {
  group: ['electron', 'electron/*'],
  message: 'Only src/main and src/preload may know Electron.',
};
const PACKAGES = { regex: '^[^.]', message: 'This folder imports no packages.' };

/** Lines of code that a function may have: what can be seen at once. */
const MAX_LINES = 80;
/** Files with a longer one, from before there was a limit: how many it has. Only ever shrinks; a test compares. */
const LONG_FUNCTIONS = JSON.parse(readFileSync(new URL('long-functions.json', import.meta.url), 'utf8'));

const limitLines = (files, max) => ({
  files,
  rules: { 'max-lines-per-function': ['error', { max, skipBlankLines: true, skipComments: true }] },
});

const inWorld = (files, project) => ({ files, languageOptions: { parserOptions: { project: [project] } } });

const restrict = (files, ...patterns) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});

export default tseslint.config(
  { ignores: ['out', 'dist', '.cache', '.demo', 'coverage', 'reports', 'node_modules', '.stryker-tmp'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { boundaries },
    languageOptions: { parserOptions: { project: ['tsconfig.pure.json', 'tsconfig.node.json'] } },
    settings: {
      'boundaries/elements': elements,
      'boundaries/include': ['src/**/*', 'native/**/*', 'renderer/**/*', 'test/**/*', 'scripts/**/*'],
      'import/resolver': { node: { extensions: ['.ts', '.tsx', '.js', '.json'] } },
    },
    rules: {
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies: [
            // Packages and Node's own modules are restricted per folder below.
            { allow: { to: { module: { origin: 'external' } } } },
            { allow: { to: { module: { origin: 'core' } } } },
            ...Object.entries(MAY_IMPORT).map(([from, to]) => ({
              from: { element: { type: from } },
              allow: { to: { element: { types: { anyOf: to } } } },
            })),
          ],
        },
      ],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      // One dialect: `import type { A }` where all are types, else `import { a, type B }`; one import a module.
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      'no-duplicate-imports': 'error',
      // `{ a, ...rest }` takes `a` out of what goes on.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
      ],
      eqeqeq: 'error',
    },
  },
  // Each file is read in its own world, so that a run over some folders loads no other.
  inWorld(['renderer/**/*.ts', 'renderer/**/*.tsx', 'src/preload/**/*.ts'], 'tsconfig.web.json'),
  inWorld(['renderer/**/vite.config.ts'], 'tsconfig.node.json'),
  inWorld(['test/**/*.ts', 'test/**/*.tsx'], 'tsconfig.tests.json'),
  {
    // Tools that want a default export.
    files: ['**/*.config.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['renderer/**/*.ts', 'renderer/**/*.tsx'],
    plugins: { 'react-hooks': reactHooks },
    rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error' },
  },
  limitLines(['src/**', 'renderer/**', 'native/**', 'scripts/**'], MAX_LINES),
  ...Object.entries(LONG_FUNCTIONS).map(([file, lines]) => limitLines([file], lines)),
  // What says whether the product is right must not ask the product.
  restrict(['test/**/*-oracle.ts', 'test/**/*-model.ts'], {
    regex: '^\\.(?!.*-(oracle|model)\\.ts$)',
    message: 'An oracle or a model reckons by itself: it imports only its like.',
  }),
  restrict(['src/domain/**'], PACKAGES),
  restrict(['src/contract/terminal/**'], NODE_BUILT_INS, ELECTRON),
  restrict(['src/preload/**'], NODE_BUILT_INS),
  restrict(['renderer/**'], NODE_BUILT_INS, ELECTRON),
  restrict(
    [
      'src/codes/**',
      'src/contract/journal/**',
      'src/contract/clearing/**',
      'src/terminal/**',
      'src/clearing/**',
      'src/cli/**',
      'native/**',
    ],
    ELECTRON,
  ),
  restrict(
    ['src/main/**'],
    {
      group: ['better-sqlite3', 'node-hid', 'serialport', 'kysely', 'pg', 'axios'],
      message: 'Main holds no native modules or SQLite: that is the core.',
    },
    { regex: '/domain/(?!backoff\\.ts$)', message: 'Main holds no business rules: that is the core.' },
  ),
);
