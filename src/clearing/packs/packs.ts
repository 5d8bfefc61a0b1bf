import { type Envelope, envelopeSchema, sealEnvelope } from '../../contract/clearing/envelope.ts';
import { loadCampaignPack } from '../../contract/campaign/pack.ts';
import type { PackNote } from '../../contract/campaign/sums.ts';
import type { Campaign } from '../../domain/campaign.ts';
import type { ClearingKeys } from '../keys/keys.ts';
import { openBooks } from '../ledger/ledger.ts';
import { lockMoney, type Reader, type Storage } from '../storage/storage.ts';

interface KnownPack {
  readonly campaign: Campaign;
  readonly envelope: Envelope;
  readonly validFromMs: number;
}

/** The campaign packs as clearing knows them. Versions never change, so what is cached stays right on every node. */
export class Packs {
  readonly #known = new Map<number, Map<number, KnownPack>>();

  /** Reads versions that aren't known yet. Cheap when there are none. */
  async refresh(db: Reader): Promise<void> {
    const rows = await db.selectFrom('packs').select(['campaign_number', 'version']).execute();
    const missing = rows.filter(
      ({ campaign_number: number, version }) => this.#known.get(number)?.has(version) !== true,
    );
    for (const { campaign_number: number, version } of missing) {
      const row = await db
        .selectFrom('packs')
        .selectAll()
        .where('campaign_number', '=', number)
        .where('version', '=', version)
        .executeTakeFirstOrThrow();
      const envelope = envelopeSchema.parse(JSON.parse(row.envelope));
      const loaded = loadCampaignPack(envelope.payload);
      if (!loaded.ok) throw new Error(`a stored campaign pack that can't be read: ${JSON.stringify(loaded)}`);
      const versions = this.#known.get(number) ?? new Map<number, KnownPack>();
      versions.set(version, { campaign: loaded.campaign, envelope, validFromMs: row.valid_from_ms });
      this.#known.set(number, versions);
    }
  }

  /** The newest pack of a campaign; throws for a campaign that doesn't exist. */
  latest(number: number): Campaign {
    const latest = this.#latest(number);
    if (latest === null) throw new Error(`no campaign ${String(number)}`);
    return latest.campaign;
  }

  find(number: number): Campaign | null {
    return this.#latest(number)?.campaign ?? null;
  }

  /** All campaigns, newest pack of each, by number. */
  all(): readonly { readonly campaign: Campaign; readonly envelope: Envelope }[] {
    return [...this.#known.keys()]
      .sort((left, right) => left - right)
      .flatMap((number) => this.#latest(number) ?? []);
  }

  #latest(number: number): KnownPack | null {
    const versions = this.#known.get(number);
    if (versions === undefined) return null;
    return versions.get(Math.max(...versions.keys())) ?? null;
  }

  /**
   * The rules of a version, if a terminal could still decide by them at that time: until the next version was
   * published, and as long after that as a terminal may stay offline.
   */
  usable(number: number, version: number, atMs: number): Campaign | null {
    const versions = this.#known.get(number);
    const named = versions?.get(version);
    if (versions === undefined || named === undefined) return null;
    const next = [...versions.keys()].filter((other) => other > version).sort((a, b) => a - b)[0];
    const successor = next === undefined ? undefined : versions.get(next);
    if (successor !== undefined && atMs >= successor.validFromMs + named.campaign.offline.maxAgeMs)
      return null;
    return named.campaign;
  }
}

export type PublishResult =
  | { readonly ok: true; readonly campaign: Campaign; readonly warnings: readonly PackNote[] }
  | { readonly ok: false; readonly problems: readonly { readonly path: string; readonly message: string }[] };

/**
 * Signs and publishes a campaign pack (its value as written). The first version opens the books; a later one must
 * have a higher version and may not change funds or budgets, which are already shared out.
 */
export async function publishPack(
  storage: Storage,
  keys: ClearingKeys,
  pack: unknown,
  nowMs: number,
): Promise<PublishResult> {
  const envelope = sealEnvelope('campaign-pack', pack, keys.root.keyId, keys.root.key);
  const loaded = loadCampaignPack(envelope.payload);
  if (!loaded.ok) return loaded;
  const { campaign, warnings } = loaded;
  return storage.transaction(async (tx): Promise<PublishResult> => {
    await lockMoney(tx);
    const before = await tx
      .selectFrom('campaigns')
      .selectAll()
      .where('number', '=', campaign.number)
      .executeTakeFirst();
    if (before === undefined) {
      await tx
        .insertInto('campaigns')
        .values({
          number: campaign.number,
          id: campaign.id,
          version: campaign.version,
          redeemed_fen: 0,
          next_serial: 1,
        })
        .execute();
      await openBooks(tx, campaign, nowMs);
    } else {
      const problem = await changeProblem(tx, before.version, campaign);
      if (problem !== null) return { ok: false, problems: [problem] };
      await tx
        .updateTable('campaigns')
        .set({ version: campaign.version })
        .where('number', '=', campaign.number)
        .execute();
    }
    await tx
      .insertInto('packs')
      .values({
        campaign_number: campaign.number,
        version: campaign.version,
        envelope: JSON.stringify(envelope),
        valid_from_ms: nowMs,
      })
      .execute();
    return { ok: true, campaign, warnings };
  });
}

async function changeProblem(
  tx: Reader,
  versionBefore: number,
  campaign: Campaign,
): Promise<{ readonly path: string; readonly message: string } | null> {
  if (campaign.version <= versionBefore) {
    return { path: 'version', message: `must be higher than ${String(versionBefore)}` };
  }
  const packs = new Packs();
  await packs.refresh(tx);
  const before = packs.latest(campaign.number);
  const money = ({ funds, kinds }: Campaign): string =>
    JSON.stringify([
      funds,
      kinds.map(({ id, category, faceValueFen, quota }) => [id, category, faceValueFen, quota]),
    ]);
  return money(before) === money(campaign)
    ? null
    : { path: 'funds', message: 'funds, face values and quotas of a running campaign cannot change' };
}
