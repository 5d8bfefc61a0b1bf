import { join } from 'node:path';
import { categoryName } from '../contract/messages/words.ts';
import type { AppState, Device, RedemptionView } from '../contract/terminal/state.ts';
import { fen, formatYuan } from '../domain/money.ts';
import type { PrinterSettings } from './devices/settings.ts';
import type { Printer } from './devices/printer.ts';
import type { SlipOrigin } from './devices/slips.ts';
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
  /** The same slip again, marked 重打. Throws `printer-unavailable` without a printer. */
  reprint(view: RedemptionView): Promise<void>;
  stop(): Promise<void>;
}

/** Starts opening the printer that the settings name; without one, nothing is printed and reprinting says so. */
export function startSlipPrinter(options: SlipPrinterOptions): SlipPrinter {
  const { settings, folder, nowMs, origin, onChange, log } = options;
  let printer: Printer | null = null;
  let reprints = 0;

  const opening = open().catch((error: unknown) => log(`the printer could not be opened: ${String(error)}`));

  async function open(): Promise<void> {
    // Most of a slip's code is a receipt layouter: loaded only where there is a printer.
    if (settings.connection.type === 'none') return;
    const { openPrinter } = await import('./devices/printer.ts');
    printer = await openPrinter({ settings, dir: join(folder, 'slips'), nowMs, onChange });
    onChange();
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

  async function print(view: RedemptionView, id: string, reprint: boolean): Promise<void> {
    const { queue } = printer ?? {};
    if (queue === undefined) throw new FaultError('printer-unavailable');
    const { redemptionSlip } = await import('./devices/slips.ts');
    const face = formatYuan(fen(view.faceValueFen)).replace('.00', '');
    const category = view.kindId.split('-')[0] ?? '';
    const slip = redemptionSlip(
      {
        ...view,
        kindNameZh: `${categoryName('zh', category)}${face}元券`,
        kindNameEn: `${face} yuan, ${categoryName('en', category)}`,
      },
      slipOrigin(reprint),
    );
    const kept = await queue.add({
      id,
      title: `${view.receiptNumber} ${formatYuan(fen(view.payableFen))}`,
      slip,
    });
    if (kept === 'full') throw new FaultError('printer-unavailable', { reason: 'queue-full' });
  }

  return {
    devices: () => printer?.devices() ?? [],
    redeemed(view) {
      if (printer === null) return;
      print(view, `redemption-${view.epoch}-${view.seq}`, false).catch((error: unknown) =>
        log(`a slip could not be queued: ${String(error)}`),
      );
    },
    async reprint(view) {
      await opening;
      reprints += 1;
      await print(view, `reprint-${view.epoch}-${view.seq}-${nowMs()}-${reprints}`, true);
    },
    async stop() {
      await opening;
      await printer?.stop();
    },
  };
}
