import { CATEGORIES, type Category } from '../../src/domain/campaign.ts';

/** `catering-60` → catering. Kind names begin with their category; one that doesn't counts as supermarket's. */
export function categoryOfKind(kindId: string): Category {
  return CATEGORIES.find((category) => kindId.startsWith(`${category}-`)) ?? 'supermarket';
}
