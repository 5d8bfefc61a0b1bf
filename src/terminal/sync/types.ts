import type { KeyObject } from 'node:crypto';
import type { Envelope } from '../../contract/clearing/envelope.ts';
import type { OfflinePolicy } from '../../domain/campaign.ts';
import type { SyncState } from '../../contract/terminal/state.ts';
import type { EntryName } from '../../contract/journal/entry.ts';
import type { Feed, Journal } from '../journal/types.ts';

/** The terminal's own idea of the time (design: "Journal time is …"). */
export interface TerminalClock {
  /** Journal time, epoch milliseconds: what dates entries and judges codes. */
  nowMs(): number;
  /** Epoch milliseconds by clearing's last signed time, believed or not: what signs requests. In no entry. */
  wireNowMs(): number;
  trust(): 'trusted' | 'untrusted';
  /** Starts measuring a request; the function that it gives says how many milliseconds it took so far. */
  startTrip(): () => number;
  /**
   * A time signed by clearing; `roundTripMs` is how long its request took, as `startTrip` measures it. False: it isn't
   * believed, and may be an old answer shown again.
   */
  onSignedTime(serverTimeMs: number, roundTripMs: number): boolean;
  /** Time of an entry just written: the clock never goes before it without a step. */
  onEntry(atMs: number): void;
}

export interface SyncIdentity {
  readonly terminalId: string;
  readonly epoch: number;
  /** Signs requests (RFC 9421). */
  readonly key: KeyObject;
}

/** What a pack says of itself; the full contents are the caller's to read. */
export interface PackName {
  readonly campaignId: string;
  readonly version: number;
}

/** Answers of the wire: a status and a body text, or nothing at all. */
export type HttpAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: string;
      /** The answer's Retry-After, milliseconds; null without one. */
      readonly retryAfterMs?: number | null;
    }
  /** Refused, reset, timed out, unreadable: what became of the request is unknown. */
  | { readonly kind: 'unknown'; readonly message: string };

export interface HttpRequest {
  readonly method: 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}
export type HttpClient = (request: HttpRequest) => Promise<HttpAnswer>;

export interface SyncOptions {
  readonly journal: Journal;
  /** Such as http://127.0.0.1:8700, without a path. */
  readonly clearingUrl: string;
  readonly identity: SyncIdentity;
  /** Keys that may sign for clearing, by key id (the root key kept at activation). */
  readonly trustedKeys: ReadonlyMap<string, KeyObject>;
  readonly clock: TerminalClock;
  /** Opens and checks a campaign pack; null if it isn't one that this software understands. */
  readonly openPack: (envelope: Envelope) => PackName | null;
  /** The tightest offline limits of the packs in force, for the state that is shown; null if there is no pack. */
  readonly offlinePolicy?: () => OfflinePolicy | null;
  readonly onState: (state: SyncState) => void;
  /** After a feed has been applied and committed. */
  readonly onFeed: (feed: Feed) => void;
  /** After verdicts or decisions changed redemptions: one to a batch of them. */
  readonly onRedemptionsChanged: (changed: readonly EntryName[]) => void;
  /** Clearing knows entries that this journal doesn't hold: stop redeeming, restore. */
  readonly onBehind?: (params: { readonly epoch: number; readonly seq: number }) => void;
  readonly http?: HttpClient;
  readonly log?: (line: string) => void;
  /** A customer is being served: what keeps the core busy is cut into smaller pieces. */
  readonly someoneWaits?: () => boolean;
  /** How long the first contact may wait while nothing else asks for one; at once without it. */
  readonly firstContactMs?: number;
}

export interface Sync {
  /** Try now, whatever the backoff says. */
  now(): void;
  /** An entry was written: send it at once if clearing is reachable. */
  notifyAppended(): void;
  /** Tries now; resolves when nothing waits any more, at the first failure, or after `atMostMs`. */
  flush(atMostMs: number): Promise<void>;
  state(): SyncState;
  /** Resolves when nothing runs any more. */
  stop(): Promise<void>;
}
