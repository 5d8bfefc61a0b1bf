import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Campaign } from '../../domain/campaign.ts';
import { mayReplace, type Replacement } from '../../domain/versioned.ts';
import { openEnvelope, type Envelope } from '../clearing/envelope.ts';
import { loadCampaignPack } from './pack.ts';
import type { PackNote } from './sums.ts';

export type PackRefusal =
  'unknown-key' | 'signature-wrong' | 'pack-invalid' | 'other-campaign' | Exclude<Replacement, 'replace'>;

export type PackReplacement =
  | { readonly ok: true; readonly campaign: Campaign; readonly warnings: readonly PackNote[] }
  /** Refused whole: the pack in use stays. `problems` name the paths in the file where it is `pack-invalid`. */
  | { readonly ok: false; readonly reason: PackRefusal; readonly problems: readonly PackNote[] };

/**
 * Judges a signed pack that may take the place of the one in use (null: none yet): first the signature over
 * its exact bytes, then its shape and sums, then that it is of the same campaign, of a higher version and
 * not expired at `nowMs` (epoch milliseconds). Nothing changes here: the caller swaps on `ok`.
 */
export function replaceCampaignPack(
  current: Campaign | null,
  envelope: Envelope,
  keys: ReadonlyMap<string, KeyObject>,
  nowMs: number,
): PackReplacement {
  const opened = openEnvelope('campaign-pack', envelope, keys, z.unknown());
  if (!opened.ok) {
    const reason = opened.reason === 'shape-wrong' ? 'pack-invalid' : opened.reason;
    return { ok: false, reason, problems: [{ path: '', message: opened.detail }] };
  }
  const loaded = loadCampaignPack(envelope.payload);
  if (!loaded.ok) return { ok: false, reason: 'pack-invalid', problems: loaded.problems };
  const { campaign, warnings } = loaded;
  if (current !== null && current.number !== campaign.number)
    return refusal(
      'other-campaign',
      'number',
      `${String(campaign.number)} instead of ${String(current.number)}`,
    );
  const replacement = mayReplace(current, campaign, nowMs);
  if (replacement === 'replace') return { ok: true, campaign, warnings };
  const path = replacement === 'expired' ? 'expiresAt' : 'version';
  return refusal(replacement, path, `version ${String(campaign.version)}: ${replacement}`);
}

function refusal(reason: PackRefusal, path: string, message: string): PackReplacement {
  return { ok: false, reason, problems: [{ path, message }] };
}
