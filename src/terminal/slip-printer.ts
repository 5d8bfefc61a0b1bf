import { join } from 'node:path';
import { categoryName } from '../contract/messages/words.ts';
import type { WaitingSlip } from '../contract/terminal/calls-devices.ts';
import type { PrinterSettings } from '../contract/terminal/device-settings.ts';
import type { ShiftReport } from '../contract/terminal/reports.ts';
import type { AppState, Device, RedemptionView } from '../contract/terminal/state.ts';
import { fen, formatYuan } from '../domain/money.ts';
import type { SlipDocument } from '../../native/printers/document.ts';
import type { Reversal } from './counter/reversal.ts';
import type { Printer } from './devices/printer.ts';
import type { RedemptionSlip, SlipOrigin } from './devices/slips.ts';
import { FaultError } from './fault-error.ts';

export interface SlipPrinterOptions {
  readonly settings: PrinterSettings;
  readonly folder: string;
  readonly nowMs: () => number;
  /** Where a slip comes from; null before activation. */
  readonly origin: () => Pick<AppState, 'store' | 'terminal' | 'training'>;
  readonly onChange: () => void;
  readonly log: (line: string) => void;
}

/** Slips of this counter. A redemption never waits for the printer and is never undone by it. */
export interface SlipPrinter {
  devices(): readonly Device[];
  /** The slip of a redemption that has just been accepted. */
  redeemed(view: RedemptionView): void;
  /** The slip of a redemption that has just been taken back. */
  reversed(view: RedemptionView, reversal: Reversal): void;
  /** The Z report of a shift that has just been closed. */
  shiftClosed(report: ShiftReport): void;
  /** The same slip again, marked 重打. Throws `printer-unavailable` without a printer. */
  reprint(view: RedemptionView): Promise<void>;
  /** An X report, or a Z report once more. Throws `printer-unavailable` without a printer. */
  printShift(report: ShiftReport, reprint: boolean): Promise<void>;
  /** The test slip. Throws `printer-unavailable` without a printer. */
  printTest(): Promise<void>;
  /** The test slip as an SVG picture. Throws `printer-unavailable` without a printer. */
  previewTest(): Promise<string>;
  waiting(): readonly WaitingSlip[];
  /** Throws `printer-unavailable` without a printer. */
  printWaiting(): void;
  discard(id: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts opening the printer that the settings name; without one, nothing is printed and reprinting says so. */
export function startSlipPrinter(options: SlipPrinterOptions): SlipPrinter {
  const { settings, folder, nowMs, origin, onChange, log } = options;
  let printer: Printer | null = null;
  let copies = 0;

  const opening = open().catch((error: unknown) => log(`the printer could not be opened: ${String(error)}`));

  async function open(): Promise<void> {
    // Most of a slip's code is a receipt layouter: loaded only where there is a printer.
    if (settings.connection.type === 'none') return;
    const { openPrinter } = await import('./devices/printer.ts');
    printer = await openPrinter({ settings, dir: join(folder, 'slips'), nowMs, onChange });
    onChange();
  }
  async function opened(): Promise<Printer> {
    await opening;
    if (printer === null) throw new FaultError('printer-unavailable');
    return printer;
  }

  function slipOrigin(reprint: boolean): SlipOrigin {
    const { store, terminal, training } = origin();
    return {
      storeNameZh: store?.nameZh ?? '',
      storeNameEn: store?.nameEn ?? '',
      counter: terminal?.counter ?? '',
      terminalId: terminal?.id ?? '',
      training,
      reprint,
    };
  }

  /** An id that no other copy has. */
  const copyOf = (id: string): string => `${id}-${nowMs()}-${(copies += 1)}`;
  async function print(id: string, title: string, slip: SlipDocument): Promise<void> {
    // A slip of a training could pass for a real one.
    if (origin().training) throw new FaultError('printer-unavailable', { reason: 'training' });
    const { queue } = await opened();
    if ((await queue.add({ id, title, slip })) === 'full')
      throw new FaultError('printer-unavailable', { reason: 'queue-full' });
  }
  /** What happens by itself must not fail for a printer: there may be none. */
  function inBackground(printing: () => Promise<void>): void {
    if (settings.connection.type === 'none' || origin().training) return;
    printing().catch((error: unknown) => log(`a slip could not be queued: ${String(error)}`));
  }
  async function printRedemption(view: RedemptionView, id: string, reprint: boolean): Promise<void> {
    const { redemptionSlip } = await import('./devices/slips.ts');
    await print(id, titleOf(view), redemptionSlip(named(view), slipOrigin(reprint)));
  }
  async function printShift(report: ShiftReport, id: string, reprint: boolean): Promise<void> {
    const { shiftSlip } = await import('./devices/slips.ts');
    const { total, reversed, unsent, byKind } = report;
    const kinds = byKind.map(({ kindId, faceValueFen, totals }) => ({
      nameZh: kindName(kindId, faceValueFen ?? 0).zh,
      count: totals.count,
      discountFen: totals.discountFen,
    }));
    const sums = {
      count: total.count,
      discountFen: total.discountFen,
      reversedCount: reversed.count,
      unsentCount: unsent.count,
      unsentDiscountFen: unsent.discountFen,
    };
    const slip = shiftSlip({ ...report, ...sums, kinds }, slipOrigin(reprint));
    await print(id, `${report.type} ${report.number}`, slip);
  }
  async function testDocument(): Promise<SlipDocument> {
    const { testSlip } = await import('./devices/slips.ts');
    return testSlip(slipOrigin(false), nowMs());
  }

  return {
    devices: () => printer?.devices() ?? [],
    redeemed: (view) =>
      inBackground(() => printRedemption(view, `redemption-${view.epoch}-${view.seq}`, false)),
    reversed: (view, reversal) =>
      inBackground(async () => {
        const { reversalSlip } = await import('./devices/slips.ts');
        const reason = REASONS[reversal.reason] ?? reversal.reason;
        const slip = reversalSlip({ ...reversal, of: named(view), reason }, slipOrigin(false));
        await print(`reversal-${reversal.epoch}-${reversal.seq}`, `撤销 ${titleOf(view)}`, slip);
      }),
    shiftClosed: (report) => inBackground(() => printShift(report, `shift-${report.number}`, false)),
    reprint: (view) => printRedemption(view, copyOf(`reprint-${view.epoch}-${view.seq}`), true),
    printShift: (report, reprint) => printShift(report, copyOf(`shift-${report.number}`), reprint),
    printTest: async () => print(copyOf('test'), '测试 Test', await testDocument()),
    previewTest: async () => (await opened()).preview(await testDocument()),
    waiting: () =>
      (printer?.queue.waiting() ?? []).map(({ id, title, queuedAtMs }) => ({ id, title, queuedAtMs })),
    printWaiting: () => {
      if (printer === null) throw new FaultError('printer-unavailable');
      printer.queue.printAll();
    },
    discard: async (id) => {
      await printer?.queue.remove(id);
    },
    async stop() {
      await opening;
      await printer?.stop();
    },
  };
}

/** Reasons that the screen offers, as it words them; others were typed. */
const REASONS: Readonly<Record<string, string>> = {
  'wrong-amount': '金额输错',
  'customer-changed-mind': '顾客不要了',
  'wrong-voucher': '扫错了券',
  'till-failed': '收银机出错',
};

function titleOf(view: RedemptionView): string {
  return `${view.receiptNumber} ${formatYuan(fen(view.payableFen))}`;
}

function kindName(kindId: string, faceValueFen: number): { readonly zh: string; readonly en: string } {
  const face = formatYuan(fen(faceValueFen)).replace('.00', '');
  const category = kindId.split('-')[0] ?? '';
  return {
    zh: `${categoryName('zh', category)}${face}元券`,
    en: `${face} yuan, ${categoryName('en', category)}`,
  };
}

function named(view: RedemptionView): RedemptionSlip {
  const { zh, en } = kindName(view.kindId, view.faceValueFen);
  return { ...view, kindNameZh: zh, kindNameEn: en };
}
