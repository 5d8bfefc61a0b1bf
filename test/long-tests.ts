/**
 * Tests that `npm test` leaves to `npm run test:all`: each takes long, or tries many more inputs of what a shorter one
 * tries. A path is one file, or all below a folder. Whatever is not named here runs in `npm test`.
 */
export const LONG_TESTS: readonly string[] = [
  // Every screen and state, every flow of every role, packages and updates: minutes each.
  'test/e2e/bad-input.test.ts',
  'test/e2e/cars.test.ts',
  'test/e2e/counter.test.ts',
  'test/e2e/flows.test.ts',
  'test/e2e/hanging.test.ts',
  'test/e2e/hardening.test.ts',
  'test/e2e/hosting.test.ts',
  'test/e2e/install.test.ts',
  'test/e2e/operator.test.ts',
  'test/e2e/package.test.ts',
  'test/e2e/scenes-care.test.ts',
  'test/e2e/scenes.test.ts',
  'test/e2e/updates-rollback.test.ts',
  'test/e2e/updates.test.ts',
  // Attacks, and the whole plan played.
  'test/integration/torture/',
  'test/integration/security/',
  'test/integration/clearing/scenario.test.ts',
  'test/integration/clearing/forged-vouchers.test.ts',
  'test/integration/clearing/fuzz-api.test.ts',
  'test/integration/clearing/nodes.test.ts',
  'test/integration/journal/damage.test.ts',
  'test/simulation/plants.test.ts',
  // Many states of one thing, one after the other.
  'test/integration/borders.test.ts',
  'test/integration/packaging.test.ts',
  'test/integration/cli/journal.test.ts',
  'test/integration/clearing/engines-certificate.test.ts',
  'test/integration/clearing/engines-statements.test.ts',
  'test/integration/clearing/issuer-keys.test.ts',
  'test/integration/clearing/reconciliation-till.test.ts',
  'test/integration/clearing/settlement-days.test.ts',
  'test/integration/devices/hid.test.ts',
  'test/integration/devices/soak.test.ts',
  'test/integration/terminal/authorisation.test.ts',
  'test/integration/terminal/background-check.test.ts',
  'test/integration/terminal/care.test.ts',
  'test/integration/terminal/changes.test.ts',
  'test/integration/terminal/hanging.test.ts',
  'test/integration/terminal/purchase-at-hand.test.ts',
  'test/integration/terminal/restore.test.ts',
  'test/integration/terminal/updates.test.ts',
];
