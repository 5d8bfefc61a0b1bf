import { join } from 'node:path';
import type { RedemptionView } from '../../src/contract/terminal/state.ts';
import { fen } from '../../src/domain/money.ts';
import { createAccess, type Access } from '../../src/terminal/access/access.ts';
import { scryptPins } from '../../src/terminal/access/pin.ts';
import { counterHandlers } from '../../src/terminal/counter/handlers.ts';
import type { ReturnParts } from '../../src/terminal/counter/returns.ts';
import { FILES } from '../../src/terminal/journal/storage.ts';
import type { Journal, RedemptionRow } from '../../src/terminal/journal/types.ts';
import { managerHandlers } from '../../src/terminal/reports/handlers.ts';
import { openReportQueries } from '../../src/terminal/reports/queries.ts';
import { NOON, openEpoch, opened, redemptionBody, testFolder, testIdentity } from './journal-builder.ts';

export const PINS = { manager: '246810', cashier: '1357', other: '9753' };

/** A terminal's books with people and a clock that stands until it is moved. */
export interface ReportWorld {
  readonly folder: string;
  readonly journal: Journal;
  readonly access: Access;
  readonly counter: ReturnType<typeof counterHandlers>;
  readonly manager: ReturnType<typeof managerHandlers>;
  readonly userId: (name: string) => string;
  readonly signIn: (name: string, pin: string) => Promise<void>;
  readonly at: (ms: number) => void;
  /** Redeems for whoever is signed in, at the world's time. */
  readonly redeem: (
    serial: number,
    businessDay?: string,
    amountFen?: number,
  ) => { readonly epoch: number; readonly seq: number };
  /** What the manager's returns are made of. */
  readonly parts: ReturnParts;
  readonly close: () => void;
}

export async function reportWorld(): Promise<ReportWorld> {
  const made = testFolder();
  const { folder } = made;
  const identity = testIdentity();
  const { journal } = opened(folder, identity);
  openEpoch(journal, identity);
  let nowMs = NOON;
  const access = createAccess(journal, () => nowMs);
  access.ensureFirstManager({ id: 'M-1', name: '陈店长', pin: await scryptPins(null).hash(PINS.manager) });
  await access.addUser('李小红', 'cashier', PINS.cashier, 'M-1');
  await access.addUser('王强', 'cashier', PINS.other, 'M-1');
  const userId = (name: string): string => {
    const user = access.users().find((its) => its.name === name);
    if (user === undefined) throw new Error(`nobody is called ${name}`);
    return user.id;
  };
  const view = (row: RedemptionRow): RedemptionView => ({
    ...row,
    kindId: 'supermarket-20',
    faceValueFen: 2000,
    serial: row.serial ?? '',
    cashierName: access.userName(row.cashierId),
    reversibleUntilMs: null,
  });
  const names = {
    kind: (_campaign: number, kindNumber: number | null) =>
      kindNumber === 1
        ? {
            number: 1,
            id: 'supermarket-20',
            category: 'supermarket' as const,
            faceValueFen: fen(2000),
            rule: { type: 'minimum-spend' as const, minSpendFen: fen(10_000) },
            quota: 20_000,
            offline: 'allowed' as const,
          }
        : null,
    cashier: (id: string) => access.userName(id),
  };
  const queries = openReportQueries(join(folder, FILES.database));
  return {
    folder,
    journal,
    access,
    userId,
    counter: counterHandlers({
      journal,
      access,
      queries,
      names,
      view,
      nowMs: () => nowMs,
      cutOverMinutes: () => 0,
      onWritten: () => undefined,
      trySync: () => Promise.resolve(),
      onShift: () => undefined,
      reprint: () => undefined,
      printShift: () => undefined,
      onReversed: () => undefined,
      onShiftClosed: () => undefined,
    }),
    manager: managerHandlers({
      journal,
      access,
      queries,
      names,
      view,
      exportFolder: join(folder, 'exports'),
    }),
    signIn: (name, pin) => access.signIn(userId(name), pin),
    at: (ms) => {
      nowMs = ms;
    },
    parts: {
      journal,
      access,
      view,
      kind: names.kind,
      nowMs: () => nowMs,
      cutOverMinutes: () => 0,
      onWritten: () => undefined,
      onReversed: () => undefined,
    },
    redeem: (serial, businessDay = '2023-06-10', amountFen = 10_000) => {
      const cashierId = access.current()?.id ?? 'C-1';
      const body = redemptionBody(serial, { cashierId });
      const appended = journal.append(nowMs, () => ({
        kind: 'redemption',
        body: {
          ...body,
          payableFen: amountFen - body.discountFen,
          purchase: { ...body.purchase, businessDay, amountFen, listAmountFen: amountFen },
        },
      }));
      if (!('entry' in appended)) throw new Error('aborted');
      return { epoch: appended.entry.epoch, seq: appended.entry.seq };
    },
    close: () => {
      queries.close();
      journal.close();
      made.remove();
    },
  };
}
