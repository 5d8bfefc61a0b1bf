import { envelopeSchema, openEnvelope, type Envelope } from '../../contract/clearing/envelope.ts';
import { keyRingSchema } from '../../contract/clearing/protocol.ts';
import { loadCampaignPack } from '../../contract/campaign/pack.ts';
import { buildKeyRing, type KeyRing } from '../../codes/key-ring.ts';
import type { Campaign, VoucherKind } from '../../domain/campaign.ts';
import type { JournalReader } from '../journal/types.ts';
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';

export type TrustedKeys = ReadonlyMap<string, KeyObject>;

/** A pack whose signature and contents hold; null otherwise. */
export function openPack(envelope: Envelope, keys: TrustedKeys): Campaign | null {
  const opened = openEnvelope('campaign-pack', envelope, keys, z.unknown());
  if (!opened.ok) return null;
  const loaded = loadCampaignPack(envelope.payload);
  return loaded.ok ? loaded.campaign : null;
}

/** The campaigns and issuer keys that this terminal decides by. */
export interface CampaignBook {
  campaign(number: number): Campaign | null;
  campaigns(): readonly Campaign[];
  kind(campaignNumber: number, kindNumber: number | null): VoucherKind | null;
  keyRing(): KeyRing;
  /** Reads the journal's envelopes anew; called at start and after a feed that brought one. */
  reload(): void;
}

function storedEnvelope(text: string): Envelope {
  return envelopeSchema.parse(JSON.parse(text));
}

export function openCampaignBook(reader: JournalReader, keys: TrustedKeys): CampaignBook {
  let campaigns: ReadonlyMap<number, Campaign> = new Map();
  let ring: KeyRing = { version: 0, expiresAtMs: 0, keys: new Map() };

  function reload(): void {
    const packs = reader
      .envelopes('pack:')
      .map(({ text }) => openPack(storedEnvelope(text), keys))
      .filter((campaign) => campaign !== null);
    campaigns = new Map(packs.map((campaign) => [campaign.number, campaign]));
    const stored = reader.envelope('key-ring');
    if (stored === null) return;
    const opened = openEnvelope('key-ring', storedEnvelope(stored.text), keys, keyRingSchema);
    const built = opened.ok ? buildKeyRing(opened.value) : null;
    if (built?.ok === true) ring = built.ring;
  }
  reload();

  const campaign = (number: number): Campaign | null => campaigns.get(number) ?? null;
  return {
    campaign,
    campaigns: () => [...campaigns.values()],
    kind: (campaignNumber, kindNumber) =>
      campaign(campaignNumber)?.kinds.find(({ number }) => number === kindNumber) ?? null,
    keyRing: () => ring,
    reload,
  };
}
