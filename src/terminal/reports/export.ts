import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import Papa from 'papaparse';
import type { RedemptionView } from '../../contract/terminal/state.ts';
import { shanghaiMinute } from '../../domain/business-day.ts';
import { fen, formatYuan } from '../../domain/money.ts';

/** One line for each redemption. Headers in Chinese: the files go to shop and city offices. */
const COLUMNS = [
  ['营业日', (row) => row.businessDay],
  ['时间', (row) => shanghaiMinute(row.atMs)],
  ['小票号', (row) => row.receiptNumber],
  ['券种', (row) => row.kindId],
  ['券号', (row) => row.serial],
  ['金额', (row) => yuan(row.amountFen)],
  ['优惠', (row) => yuan(row.discountFen)],
  ['应收', (row) => yuan(row.payableFen)],
  ['收银员', (row) => row.cashierName],
  ['离线', (row) => (row.offline ? '是' : '否')],
  ['状态', (row) => STATES[row.state]],
  ['原因', (row) => row.reason ?? ''],
  ['账本', (row) => `${String(row.epoch)}:${String(row.seq)}`],
] as const satisfies readonly (readonly [string, (row: RedemptionView) => string])[];
const MONEY: readonly string[] = ['金额', '优惠', '应收'];

const STATES: Readonly<Record<RedemptionView['state'], string>> = {
  pending: '待上传',
  settled: '已结算',
  refused: '清算拒绝',
  held: '清算待处理',
  reversed: '已撤销',
};

const yuan = (amountFen: number): string => formatYuan(fen(amountFen));

/** Rows between two turns of the counter: some 10 ms. */
const ROWS_A_TURN = 200;

/** Piece by piece. A BOM, so that a spreadsheet reads it as UTF-8; text that would be a formula is escaped. */
export function* csvParts(rows: readonly RedemptionView[]): Generator<string> {
  const lines = (data: readonly (readonly string[])[]): string =>
    `${Papa.unparse([...data], { escapeFormulae: true, newline: '\r\n' })}\r\n`;
  yield `\uFEFF${lines([COLUMNS.map(([header]) => header)])}`;
  for (let from = 0; from < rows.length; from += ROWS_A_TURN)
    yield lines(rows.slice(from, from + ROWS_A_TURN).map((row) => COLUMNS.map(([, value]) => value(row))));
}

async function writeExcel(file: string, rows: readonly RedemptionView[]): Promise<void> {
  // A quarter of the core's code, and few days end with an export: not on the way to the first scan.
  const { default: ExcelJS } = await import('exceljs');
  const stream = createWriteStream(file, { flags: 'wx' });
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({ stream, useStyles: true });
  const sheet = book.addWorksheet('核销明细', { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.columns = COLUMNS.map(([header]) => ({
    header,
    width: 16,
    ...(MONEY.includes(header) ? { style: { numFmt: '#,##0.00' } } : {}),
  }));
  for (const [nth, row] of rows.entries()) {
    sheet
      .addRow(COLUMNS.map(([header, value]) => (MONEY.includes(header) ? Number(value(row)) : value(row))))
      .commit();
    if (nth % ROWS_A_TURN === 0) await turn();
  }
  sheet.commit();
  await book.commit();
}

/**
 * Writes redemptions to `<folder>/<name>.csv` or `.xlsx` and answers the path. Written beside and renamed, so
 * that nobody finds half a file; an older one of the same name is replaced. Throws where the disk is full or can't be
 * written, and leaves nothing there.
 */
export async function writeExport(
  folder: string,
  name: string,
  format: 'csv' | 'xlsx',
  rows: readonly RedemptionView[],
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.${format}`);
  const unfinished = join(folder, `.${name}.${String(process.pid)}.${String(Date.now())}.${format}`);
  try {
    if (format === 'csv') await writeFile(unfinished, csvParts(rows), { flag: 'wx' });
    else await writeExcel(unfinished, rows);
    await rename(unfinished, path);
  } catch (error) {
    // On a full disk its bytes are the journal's last room.
    await rm(unfinished, { force: true });
    throw error;
  }
  return path;
}
