// Lint: the strict, type-aware rules of typescript-eslint, and the promises of this codebase that a rule can keep.
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const clocks = [
  { selector: 'NewExpression[callee.name="Date"]', message: 'Time is an argument: take an Instant.' },
  { selector: 'CallExpression[callee.name="Date"]', message: 'Time is an argument: take an Instant.' },
  { selector: 'MemberExpression[object.name="Date"][property.name="now"]', message: 'Time is an argument: take an Instant.' },
  { selector: 'MemberExpression[object.property.name="Now"]', message: 'Time is an argument: take an Instant.' },
  { selector: 'MemberExpression[object.name="Math"][property.name="random"]', message: 'The same input gives the same output: take it as an argument.' },
];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.data/', 'coverage/', 'clients/typescript/src/api.ts', 'apps/api/src/http/documents/examples.ts'] },
  {
    files: ['**/*.{js,mjs,ts,tsx}'],
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-console': 'off',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-constant-condition': ['error', { checkLoops: 'allExceptWhileTrue' }],
    },
  },
  { files: ['**/*.{js,mjs}'], extends: [tseslint.configs.base], rules: { 'no-unused-vars': ['error', { varsIgnorePattern: '^_' }], 'no-undef': 'off' } },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Nest's modules are classes that hold nothing but a decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // Numbers in messages are exact.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // A handler or a port may be asynchronous by contract, or may return whatever its callback does.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      // `query<Row>` says what a statement returns; nothing can infer it. A statement that returns one row returns `rows[0]!`.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Payloads without a field, code points of a text, and the numbers that libraries call enums are meant.
      '@typescript-eslint/no-generated-empty-object-type': 'off',
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  { files: ['apps/web/src/**/*.{ts,tsx}'], extends: [reactHooks.configs.flat['recommended-latest'], jsxA11y.flatConfigs.strict] },
  {
    // kernel/time.ts is the one place that may read text as a date.
    files: ['libs/kernel/**/*.ts', 'libs/domain/**/*.ts'],
    ignores: ['libs/kernel/src/time.ts', '**/*.spec.ts'],
    rules: { 'no-restricted-syntax': ['error', ...clocks] },
  },
  {
    files: ['**/*.spec.ts', 'test/**/*.ts'],
    rules: {
      // Bodies of answers are looked into field by field, and Jest's matchers are of any type.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
);
