import { expect, test } from 'vitest';
import { chooseHosting } from '../../../src/main/core-hosting.ts';

test('the core runs inside Electron exactly when its Node has Node-API 10 or newer', () => {
  expect(chooseHosting('9')).toBe('separate-node');
  expect(chooseHosting('10')).toBe('utility-process');
  expect(chooseHosting('11')).toBe('utility-process');
  expect(chooseHosting(undefined)).toBe('separate-node');
});
