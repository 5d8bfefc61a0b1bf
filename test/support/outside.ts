/**
 * The face of this project for scripts from outside: real parts under names that stay when files move. Such scripts
 * use this module, the command line and HTTP, and nothing else. A name is never removed or given another shape.
 */
import type { RedemptionView } from '../../src/contract/terminal/state.ts';
import { csvParts } from '../../src/terminal/reports/export.ts';

export { startClearing, type ClearingProcess } from './clearing-process.ts';
export { startCoreProcess, type CoreProcess, type CoreProcessOptions } from './core-process.ts';
export { connectClient, type CoreClient } from './core-client.ts';
export { createPhone, type Phone, type PhoneVoucher } from './demo-phone.ts';
export { MANAGER, openCounter, type Counter, type CounterOptions } from './counter.ts';
export { openDisplay, type Display } from './display.ts';
export {
  AMOUNT_FEN,
  makeDataFolder,
  openForBusiness,
  readBooks,
  redeemAt,
  until,
  voucherStock,
  watchedCore,
  type Books,
  type ClearingDoor,
} from './live-counter.ts';
export { pageHandles } from './app-window.ts';
export { startCore, type Core, type CoreOptions } from '../../src/terminal/core.ts';
export { renderEscPos } from '../../native/printers/render.ts';
export { createTcpPrinter } from '../../native/printers/tcp-printer.ts';
export { testSlip } from '../../src/terminal/devices/slips.ts';
export { writeExport } from '../../src/terminal/reports/export.ts';
export { ensureElectron } from '../../scripts/runtime/electron.ts';
export { demoPack } from '../../src/clearing/demo.ts';
export { businessDay } from '../../src/domain/business-day.ts';

/** A day's table as one text. */
export function csvText(rows: readonly RedemptionView[]): string {
  return [...csvParts(rows)].join('');
}
