import type { ChoiceReason } from '../../domain/choose.ts';
import type { MessageLanguage } from './refusals.ts';

/** Why this voucher of several: one sentence for each reason, for the cashier to read out. */
const CHOICES: Readonly<Record<MessageLanguage, Readonly<Record<ChoiceReason, string>>>> = {
  zh: {
    'only-usable': '本单只有这张券可用。',
    'worth-most': '选了这张：本单抵扣最多。',
    'expires-first': '选了这张：抵扣相同，它最先到期。',
    'came-first': '选了这张：抵扣和到期时间都相同，按出示先后。',
  },
  en: {
    'only-usable': 'This is the only voucher that fits this purchase.',
    'worth-most': 'This one was taken: it takes most off this purchase.',
    'expires-first': 'This one was taken: it is worth as much as another and expires first.',
    'came-first': 'This one was taken: equal in value and expiry, it was shown first.',
  },
};

export function explainChoice(language: MessageLanguage, reason: ChoiceReason): string {
  return CHOICES[language][reason];
}
