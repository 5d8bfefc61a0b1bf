import { join } from 'node:path';
import type { Fault } from '../contract/terminal/errors.ts';
import type {
  CheckoutState,
  Device,
  RedemptionView,
  SyncState,
  AppState,
} from '../contract/terminal/state.ts';
import { retire } from './access/retire.ts';
import { createAccess, type Access } from './access/access.ts';
import type { Pins } from './access/pin.ts';
import { createPinResets, type PinResets } from './access/pin-reset.ts';
import { scheduleArchiver } from './care/archiver.ts';
import { scheduleBackUps } from './care/back-ups.ts';
import { carRules } from './checkout/car-rules.ts';
import { openCampaignBook, openPack, type TrustedKeys } from './checkout/campaign-book.ts';
import { createFinisher } from './checkout/finisher.ts';
import type { Handlers } from './dispatcher.ts';
import type { ReversalParts } from './counter/reversal.ts';
import { counterHandlers, returnHandlers } from './counter/handlers.ts';
import { createCheckout, type Checkout } from './checkout/checkout.ts';
import { storeState, terminalStatus } from './checkout/store-state.ts';
import { createTillCheckout, type TillBridge } from './checkout/till-checkout.ts';
import { redemptionView, seenOf } from './checkout/views.ts';
import { businessDay } from '../domain/business-day.ts';
import type { Campaign } from '../domain/campaign.ts';
import { reversalBar } from '../domain/correction/reversal.ts';
import { FaultError } from './fault-error.ts';
import type { Identity } from './identity.ts';
import { startBackgroundCheck } from './journal/background-check.ts';
import { openJournal } from './journal/open.ts';
import { createNotes, type Notes } from './notes.ts';
import { FILES } from './journal/storage.ts';
import type { Journal, JournalIdentity, RedemptionRow } from './journal/types.ts';
import { managerHandlers } from './reports/handlers.ts';
import { openReportQueries } from './reports/queries.ts';
import { reconcile } from './reports/reconcile.ts';
import type { SlipPrinter } from './slip-printer.ts';
import { supportHandlers } from './support/handlers.ts';
import { warmUp } from '../codes/signatures.ts';
import { createAuthoriser } from './sync/authoriser.ts';
import { createClearingClient } from './sync/clearing-client.ts';
import { CLOCK_SKEW, createClock } from './sync/clock.ts';
import { createHttpClient } from './sync/http-client.ts';
import { tlsOptions, type TransportSettings } from './sync/transport.ts';
import { tightestPolicy } from '../domain/offline-limits.ts';
import { startSync } from './sync/sync-loop.ts';
import type { HttpClient, Sync, TerminalClock } from './sync/types.ts';
import { createTimers } from './timers.ts';

export interface OpenTillOptions {
  readonly folder: string;
  readonly identity: Identity;
  readonly rootKeys: TrustedKeys;
  /** Settled entries older than this leave the database for an archive; null: never. */
  readonly archiveAfterMonths: number | null;
  readonly log: (line: string) => void;
  readonly onCheckout: (state: CheckoutState) => void;
  readonly onSync: (state: SyncState) => void;
  readonly onRedemption: (view: RedemptionView) => void;
  /** The printer of this moment. */
  readonly printer: () => SlipPrinter;
  /** The store's name, status or shift changed. */
  readonly onStore: () => void;
  /** For support: what is attached, the version, and the newest lines of the log. */
  readonly devices: () => readonly Device[];
  readonly version: string;
  readonly logLines: () => readonly string[];
  readonly pins: Pins;
  readonly transport: TransportSettings;
  /** In training, what stands in the network's place. */
  readonly http?: HttpClient;
}

/** The calls of counter, manager and support, ready for the core's table. */
export type TillHandlers = ReturnType<typeof counterHandlers> &
  ReturnType<typeof returnHandlers> &
  Pick<Handlers, 'manager.reconcile'> &
  ReturnType<typeof managerHandlers> &
  ReturnType<typeof supportHandlers>;

const SKEW_STEP_MS = 1_000;

/** The window is opening: the network and the tables of signatures wait until it stands. */
const AFTER_START_MS = 1000;

/** How long a hand-over waits for clearing before it asks for the manager. */
const HAND_OVER_SYNC_MS = 5000;

/** An activated terminal at work: journal, access, checkout and sync. */
export interface OpenTill {
  readonly access: Access;
  readonly checkout: Checkout;
  /** The same checkout for the shop's till software. */
  readonly tillCheckout: TillBridge;
  readonly sync: Sync;
  readonly pinResets: PinResets;
  readonly terminal: NonNullable<AppState['terminal']>;
  store(): NonNullable<AppState['store']>;
  campaigns(): readonly Campaign[];
  carRules(): AppState['carRules'];
  /** What needs somebody's attention but keeps nobody from working. */
  notices(): readonly Fault[];
  shift(): AppState['shift'];
  recent(limit: number): readonly RedemptionView[];
  readonly notes: Notes;
  /** Ends this terminal for good; `exported`: the manager says that the sealed file goes to clearing. Throws `terminal-has-unsent`. */
  retire(reason: string, exported: boolean): void;
  readonly handlers: TillHandlers;
  close(): Promise<void>;
}

/** Throws a FaultError when the journal can't be opened; nothing is overwritten then. */
export function openTill(options: OpenTillOptions): OpenTill {
  const { folder, identity, log } = options;
  const { terminalId, epoch } = identity.certified;
  const writer = { terminalId, epoch, key: identity.key };
  const opened = openJournal({ folder, identity: writer, nowMs: Date.now() });
  if (!opened.ok) throw new FaultError(opened.fault.code, opened.fault.params);
  for (const note of opened.notes) log(`journal: ${note.code} ${JSON.stringify(note.params)}`);
  try {
    return wire(options, opened.journal, writer);
  } catch (error) {
    // Whoever tries again must not find the folder in use by this attempt.
    opened.journal.close();
    throw error;
  }
}

/** The clock of this journal; `onStep` is told by how many milliseconds it was set. */
function openClock(journal: Journal, onStep: (byMs: number) => void): TerminalClock {
  const keptSkew = journal.setting(CLOCK_SKEW);
  const last = journal.head();
  const clock = createClock({
    systemNowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    lastEntryAtMs: last === null ? null : (journal.entry(last)?.atMs ?? null),
    lastSignedMs: journal.feedState().lastFeedServerTimeMs,
    keptSkewMs: keptSkew === null ? null : Number(keptSkew),
    onSkew: (skewMs) => {
      // Every feed measures it; only a change that matters is worth a write.
      const kept = journal.setting(CLOCK_SKEW);
      if (kept === null || Math.abs(Number(kept) - skewMs) > SKEW_STEP_MS)
        journal.setSetting(CLOCK_SKEW, String(skewMs));
    },
    onStep: ({ fromMs, toMs }) => {
      journal.append(toMs, () => ({ kind: 'clock-set', body: { fromMs, toMs, basis: 'signed' } }));
      onStep(toMs - fromMs);
    },
  });
  journal.onAppended(({ atMs }) => clock.onEntry(atMs));
  return clock;
}

function wire(options: OpenTillOptions, journal: Journal, writer: JournalIdentity): OpenTill {
  const { folder, identity, rootKeys, log, onCheckout, onSync, onRedemption, onStore } = options;
  const { terminalId, counter } = identity.certified;
  const clock = openClock(journal, (byMs) => access.moveLocks(byMs));
  if (journal.head() === null) {
    journal.append(clock.nowMs(), () => ({
      kind: 'epoch-opened',
      body: { certificate: identity.certificate, previous: null },
    }));
  }
  const access = createAccess(journal, () => clock.nowMs(), options.pins);
  access.ensureFirstManager(identity.firstManager);
  const nowMs = (): number => clock.nowMs();
  const pinResets = createPinResets({ journal, access, trustedKeys: rootKeys, nowMs });
  const book = openCampaignBook(journal, rootKeys);
  const cutOverMinutes = (): number => storeState(journal, identity).cutOverMinutes;
  const view = (row: RedemptionRow): RedemptionView => {
    const isReversible = reversalBar(row, nowMs(), cutOverMinutes()) === null;
    return redemptionView(row, book, (id) => access.userName(id), isReversible);
  };

  const http =
    options.http === undefined
      ? createHttpClient(tlsOptions(options.transport))
      : { send: options.http, close: () => undefined };
  let behind: Fault | null = null;
  const sync = startSync({
    journal,
    clearingUrl: identity.clearingUrl,
    identity: writer,
    trustedKeys: rootKeys,
    clock,
    openPack: (envelope) => {
      const campaign = openPack(envelope, rootKeys);
      return campaign === null ? null : { campaignId: campaign.id, version: campaign.version };
    },
    offlinePolicy: () => tightestPolicy(book.campaigns().map(({ offline }) => offline)),
    onState: onSync,
    http: http.send,
    log,
    // Entries are lost that clearing has: the next start says how to restore; until then nothing is redeemed.
    onBehind: ({ epoch, seq }) => {
      behind = { code: 'journal-behind', params: { epoch, seq, by: 'clearing' } };
      onStore();
    },
    firstContactMs: AFTER_START_MS,
    someoneWaits: () => !checkout.state().can.atRest,
    onFeed: () => {
      book.reload();
      onStore();
      // Every feed, not the first one after a silence: the answer alone may have been lost.
      checkout.onOnline();
    },
    onRedemptionsChanged: (changed) => {
      for (const { epoch, seq } of seenOf(changed, checkout.state())) {
        const row = journal.redemption(epoch, seq);
        if (row === null) continue;
        const redemption = view(row);
        checkout.onRedemptionChanged(redemption);
        onRedemption(redemption);
      }
    },
  });
  const abort = new AbortController();
  const client = createClearingClient({
    clearingUrl: identity.clearingUrl,
    identity: writer,
    trustedKeys: rootKeys,
    clock,
    http: http.send,
    signal: abort.signal,
  });
  const authoriser = createAuthoriser(client, terminalId, rootKeys);
  const finisher = createFinisher({
    journal,
    authoriser,
    nowMs,
    log,
    onAlarm: (code, details) => {
      journal.append(clock.nowMs(), () => ({ kind: 'alarm', body: { code, details } }));
    },
  });
  // Whatever was asked or held at the last stop was never confirmed to a cashier: it is given back.
  for (const { id } of journal.authorisations.open()) journal.authorisations.giveUp(id);
  finisher.now();
  const timers = createTimers();
  timers.later(() => {
    for (const { key } of book.keyRing().keys.values()) warmUp(key);
  }, AFTER_START_MS);
  const checkout = createCheckout({
    journal,
    book,
    authoriser,
    finisher,
    log,
    till: counter,
    nowMs,
    circumstances: () => ({
      nowMs: clock.nowMs(),
      online: sync.state().connection === 'online',
      clock: clock.trust(),
      terminal: behind === null ? terminalStatus(journal) : 'suspended',
      store: storeState(journal, identity),
    }),
    cashierId: () => {
      const user = access.current();
      return user === null || user.role === 'support' ? null : user.id;
    },
    view,
    later: timers.later,
    onState: (state) => {
      onCheckout(state);
      tillCheckout.onCheckout(state);
    },
    onRedeemed: (redeemed) => {
      onRedemption(redeemed);
      options.printer().redeemed(redeemed);
      sync.notifyAppended();
    },
  });

  const tillCheckout = createTillCheckout({
    checkout,
    journal,
    book,
    storeId: () => storeState(journal, identity).id,
    openDay: () => businessDay(nowMs(), cutOverMinutes()),
  });

  const backUps = scheduleBackUps({ journal, dataFolder: folder, nowMs, onChange: onStore, log });
  const archiver = scheduleArchiver({
    journal,
    dataFolder: folder,
    keepMonths: options.archiveAfterMonths,
    secondPlace: () => backUps.secondPlace(),
    nowMs: () => clock.nowMs(),
    log,
    onChange: onStore,
  });
  // A training's journal is thrown away: nobody would look for a break in it.
  const check =
    options.http === undefined
      ? startBackgroundCheck({ journal, file: join(folder, FILES.database), nowMs, log, onChange: onStore })
      : null;
  const queries = openReportQueries(join(folder, FILES.database));
  const names = {
    kind: (campaignNumber: number, kindNumber: number | null) => book.kind(campaignNumber, kindNumber),
    cashier: (id: string) => access.userName(id),
  };
  const correction: ReversalParts = {
    journal,
    access,
    view,
    nowMs,
    cutOverMinutes,
    onReversed: (reversed, reversal) => options.printer().reversed(reversed, reversal),
    onWritten: (changed) => {
      checkout.onRedemptionChanged(changed);
      tillCheckout.onRedemption();
      onRedemption(changed);
      sync.notifyAppended();
    },
  };
  const notes = createNotes({ journal, nowMs, onNoted: () => sync.notifyAppended(), log });
  const handlers: TillHandlers = {
    ...returnHandlers({ ...correction, kind: names.kind }),
    'manager.reconcile': ({ day }) => reconcile({ journal, client, trustedKeys: rootKeys }, day),
    ...counterHandlers({
      ...correction,
      queries,
      names,
      onShiftClosed: (report) => options.printer().shiftClosed(report),
      reprint: (row) => options.printer().reprint(view(row)),
      printShift: (report, reprint) => options.printer().printShift(report, reprint),
      trySync: () => sync.flush(HAND_OVER_SYNC_MS),
      onShift: () => {
        onStore();
        sync.notifyAppended();
      },
    }),
    ...managerHandlers({ journal, access, queries, names, view, exportFolder: join(folder, 'exports') }),
    ...supportHandlers({
      journal,
      backUps,
      archiver,
      sealed: {
        journal,
        identity: writer,
        client,
        trustedKeys: rootKeys,
        nowMs: () => clock.nowMs(),
        userId: () => access.current()?.id ?? '',
      },
      noteChanges: (changes) => notes.changes(access.current()?.id ?? null, changes),
      userName: (id) => access.userName(id),
      folder,
      databaseFile: join(folder, FILES.database),
      version: options.version,
      clearingUrl: identity.clearingUrl,
      sync: () => sync.state(),
      devices: options.devices,
      clockSkewMs: () => {
        const kept = journal.setting(CLOCK_SKEW);
        return kept === null ? null : Number(kept);
      },
      nowMs: () => clock.nowMs(),
      logLines: options.logLines,
    }),
  };

  return {
    access,
    checkout,
    tillCheckout,
    sync,
    pinResets,
    handlers,
    terminal: { id: terminalId, counter },
    store: () => {
      const { id, nameZh, nameEn, category } = storeState(journal, identity);
      return { id, nameZh, nameEn, category };
    },
    campaigns: () => book.campaigns(),
    notices: () =>
      [behind, check?.fault() ?? null, backUps.status().lastFault, archiver.status().lastFault].filter(
        (fault) => fault !== null,
      ),
    carRules: () => carRules(book.campaigns()),
    notes,
    retire(reason, exported) {
      retire(journal, { by: access.current()?.id ?? '', reason, nowMs: nowMs(), exported });
      sync.notifyAppended();
    },
    shift: () => {
      const shift = journal.openShift();
      return shift === null ? null : { number: shift.number, openedAtMs: shift.openedAtMs };
    },
    recent: (limit) => journal.recentRedemptions(limit).map(view),
    async close() {
      timers.stop();
      abort.abort();
      notes.stop();
      await finisher.stop();
      archiver.stop();
      await check?.stop();
      await backUps.stop();
      await sync.stop();
      http.close();
      queries.close();
      journal.close();
    },
  };
}
