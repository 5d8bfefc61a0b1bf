import type { Campaign } from '../../domain/campaign.ts';
import { readCampaignPack, type CampaignPackText } from './pack.ts';
import plan from './zhumadian-2023.json' with { type: 'json' };

/** What a rehearsal, a training or another year may change about the plan. Days as `YYYY-MM-DD`. */
export type PlanChanges = Partial<
  Pick<CampaignPackText, 'number' | 'version' | 'opensOn' | 'lastDay' | 'announcedOn' | 'expiresAt'>
>;

/**
 * The city's plan of 2023 as a pack (the value whose JSON text clearing signs), with other dates where given.
 * The open dates of the plan (X月X日) are taken as 2023-05-01 to 2023-12-31, announced on 2023-04-20.
 */
export function zhumadian2023Pack(changes: PlanChanges = {}): CampaignPackText {
  return { ...(plan as CampaignPackText), ...changes };
}

/** The same, read and checked. Throws where the changes make no valid pack. */
export function zhumadian2023(changes: PlanChanges = {}): Campaign {
  const loaded = readCampaignPack(zhumadian2023Pack(changes));
  if (loaded.ok) return loaded.campaign;
  throw new Error(loaded.problems.map(({ path, message }) => `${path}: ${message}`).join('; '));
}
