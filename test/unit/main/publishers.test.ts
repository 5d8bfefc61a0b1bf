import { expect, test } from 'vitest';
import { publishersOf } from '../../../src/main/publishers.ts';

test.each([
  ['provider: generic\nurl: https://updates.example/\n', []],
  ['publisherName: City Clearing Ltd\nprovider: generic\n', ['City Clearing Ltd']],
  ["publisherName:\n  - 'City: Clearing'\n  - Other\nprovider: generic\n", ['City: Clearing', 'Other']],
  ['publisherName:\r\n  - City Clearing Ltd\r\n', ['City Clearing Ltd']],
])('publishers are read as electron-builder writes them: %j', (text, names) => {
  expect(publishersOf(text)).toEqual(names);
});
