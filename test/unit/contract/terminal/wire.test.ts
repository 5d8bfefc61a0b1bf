import { expect, test } from 'vitest';
import { fromCoreSchema } from '../../../../src/contract/terminal/wire.ts';

test('an answer without a result is an answer, also after a channel that carries JSON', () => {
  const answer = { type: 'result', id: 7, output: undefined };
  for (const carried of [answer, JSON.parse(JSON.stringify(answer)) as unknown])
    expect(fromCoreSchema.safeParse(carried).success).toBe(true);
});
