import type { z } from 'zod';
import type { publishedSchema } from '../../contract/clearing/operator/campaigns.ts';
import type { Context } from '../context.ts';
import { publishPack } from '../packs/packs.ts';
import { audit, type Operator, requireRole } from './operators.ts';

/** Signs and publishes a campaign pack as written; what is wrong with it is in the answer, and then nothing changed. */
export async function publishCampaign(
  context: Context,
  operator: Operator,
  pack: unknown,
): Promise<z.infer<typeof publishedSchema>> {
  requireRole(operator, 'admin');
  const { storage, keys } = context;
  const result = await publishPack(storage, keys, pack, context.now());
  if (!result.ok)
    return {
      published: false,
      campaignNumber: null,
      version: null,
      warnings: [],
      problems: [...result.problems],
    };
  const { campaign, warnings } = result;
  await audit(storage.db, context, operator, 'pack-published', campaign.id, { version: campaign.version });
  await context.packs.refresh(storage.db);
  return {
    published: true,
    campaignNumber: campaign.number,
    version: campaign.version,
    warnings: [...warnings],
    problems: [],
  };
}
