import { expect, test } from 'vitest';
import { fromCoreSchema, type FromCore } from '../../../../src/contract/terminal/wire.ts';

test('an answer that only says that it was done survives a channel of plain JSON', () => {
  const done: FromCore = { type: 'result', id: 7, output: undefined };
  expect(fromCoreSchema.parse(JSON.parse(JSON.stringify(done)))).toEqual({ type: 'result', id: 7 });
});
