import { CATEGORIES, type Category } from '../../src/domain/campaign.ts';
import { yuanShort } from './format.ts';
import type { Text } from './i18n/text.ts';

/** `catering-60` → catering. Kind names begin with their category; null for one that doesn't. */
export function categoryOfKind(kindId: string): Category | null {
  return CATEGORIES.find((category) => kindId.startsWith(`${category}-`)) ?? null;
}

/** 商超 20 元券; a kind that no pack names any more keeps its number. */
export function kindName(
  text: Text,
  kind: { readonly kindId: string; readonly faceValueFen: number | null },
): string {
  const category = categoryOfKind(kind.kindId);
  if (category === null || kind.faceValueFen === null) return kind.kindId;
  return text('voucherName', {
    category: text(`category.${category}`),
    faceYuan: yuanShort(kind.faceValueFen),
  });
}
