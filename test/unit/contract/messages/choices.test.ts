import { expect, test } from 'vitest';
import { explainChoice } from '../../../../src/contract/messages/choices.ts';

const REASONS = ['only-usable', 'worth-most', 'expires-first', 'came-first'] as const;

test.each(['zh', 'en'] as const)(
  'every reason for choosing a voucher has a sentence of its own in %s',
  (language) => {
    const sentences = REASONS.map((reason) => explainChoice(language, reason));
    expect(new Set(sentences).size).toBe(REASONS.length);
    for (const sentence of sentences) expect(sentence).toMatch(language === 'zh' ? /。$/ : /\.$/);
  },
);
