import Papa from 'papaparse';
import type { LineKind } from '../../contract/clearing/settlement.ts';
import {
  type Collection,
  controlOf,
  type FileLine,
  type FileSeal,
  type SettlementFile,
  sha256Hex,
} from '../../contract/clearing/settlement-file.ts';
import type { Campaign } from '../../domain/campaign.ts';
import { fen, formatYuan } from '../../domain/money.ts';
import type { SettledLine } from './lines.ts';

/** One file of a closed day before it is sealed. */
export interface BuiltFile {
  readonly fileName: string;
  readonly content: string;
  readonly seal: FileSeal;
}

export interface DayOfCampaign {
  readonly campaign: Campaign;
  readonly settlementDay: string;
  readonly closedAtMs: number;
  readonly lines: readonly SettledLine[];
  readonly collections: readonly Collection[];
}

/** All files of a campaign's day: CSV and JSON for each store that has something, and for each fund. */
export function buildFiles(day: DayOfCampaign): readonly BuiltFile[] {
  const { campaign, lines, collections } = day;
  if (lines.length === 0 && collections.length === 0) return [];
  const stores = [...new Set([...lines, ...collections].map(({ storeId }) => storeId))].sort();
  const files = [
    ...stores.map((storeId) => storeFile(day, storeId)),
    ...campaign.funds.map((_, index) => fundFile(day, index)),
  ];
  return files.flatMap((file) => [
    sealed(file, `${file.name}.json`, jsonText(file)),
    sealed(file, `${file.name}.csv`, csvText(file, campaign)),
  ]);
}

function storeFile(day: DayOfCampaign, storeId: string): SettlementFile {
  const lines = day.lines
    .filter((line) => line.storeId === storeId)
    .map((line) => toFileLine(line, line.shares));
  const collections = day.collections.filter((one) => one.storeId === storeId);
  const funds = day.campaign.funds.map(({ id }) => id);
  return toFile(day, 'store', storeId, lines, collections, funds);
}

function fundFile(day: DayOfCampaign, index: number): SettlementFile {
  const only = (shares: readonly number[]): number[] => [shares[index] ?? 0];
  const lines = day.lines.map((line) => toFileLine(line, only(line.shares)));
  const collections = day.collections.map((one) => ({ ...one, shares: only(one.shares) }));
  const fundId = day.campaign.funds[index]?.id ?? '';
  return toFile(day, 'fund', fundId, lines, collections, [fundId]);
}

function toFile(
  { campaign, settlementDay, closedAtMs }: DayOfCampaign,
  scope: SettlementFile['scope'],
  subject: string,
  lines: FileLine[],
  collections: Collection[],
  funds: string[],
): SettlementFile {
  return {
    format: 'zmdv-settlement',
    version: 1,
    name: `settlement-${String(campaign.number)}-${settlementDay}-${scope}-${subject}`,
    campaignNumber: campaign.number,
    settlementDay,
    closedAtMs,
    scope,
    subject,
    funds,
    lines,
    collections,
    control: controlOf(lines, collections, funds),
  };
}

export function toFileLine(line: SettledLine, shares: readonly number[]): FileLine {
  const { number, kind, storeId, terminalId, counter, epoch, seq, of, redemptionId, kindId, serial } = line;
  const { till, receiptNumber, amountFen, redemptionDay, settlementDay } = line;
  return {
    ...{ number, kind, storeId, terminalId, counter, epoch, seq, of, redemptionId, kindId, serial },
    ...{ till, receiptNumber, amountFen, shares: [...shares], redemptionDay, settlementDay },
  };
}

function sealed(file: SettlementFile, fileName: string, content: string): BuiltFile {
  const { version, campaignNumber, settlementDay, scope, subject, control } = file;
  const bytes = Buffer.byteLength(content, 'utf8');
  const seal: FileSeal = {
    format: 'zmdv-settlement-seal',
    ...{ version, campaignNumber, settlementDay, scope, subject },
    fileName,
    sha256: sha256Hex(content),
    bytes,
    control,
  };
  return { fileName, content, seal };
}

/** A line of the file on a line of text, so that people can look into it. */
function jsonText({ lines, ...rest }: SettlementFile): string {
  const head = JSON.stringify({ ...rest, lines: [] });
  const list = lines.map((line) => JSON.stringify(line)).join(',\n');
  return `${head.slice(0, -2)}\n${list}\n]}\n`;
}

const KIND_NAMES: Readonly<Record<LineKind, string>> = {
  redemption: '核销',
  reversal: '撤销',
  refund: '退货',
  loss: '损失补偿',
};

const yuan = (amountFen: number): string => formatYuan(fen(amountFen));

/** For spreadsheets: a BOM, Chinese headers, yuan; the control sums are the last rows. */
function csvText(file: SettlementFile, campaign: Campaign): string {
  const names = file.funds.map((id) => campaign.funds.find((fund) => fund.id === id)?.nameZh ?? id);
  const fields = [
    ...['序号', '类型', '商户', '柜台', '终端', '账本', '更正账本', '核销编号', '券种', '券号'],
    ...['收银台', '小票号', '核销日', '结算日', '金额', ...names],
  ];
  const rows = file.lines.map((line) => [
    ...[String(line.number), KIND_NAMES[line.kind], line.storeId, line.counter, line.terminalId],
    ...[
      `${String(line.epoch)}:${String(line.seq)}`,
      line.of === null ? '' : `${line.of.epoch}:${line.of.seq}`,
    ],
    ...[line.redemptionId, line.kindId, line.serial, line.till, line.receiptNumber],
    ...[line.redemptionDay, line.settlementDay, yuan(line.amountFen), ...line.shares.map(yuan)],
  ]);
  const wide = (first: string, second: string, money: readonly string[]): string[] => {
    const row = [first, second];
    while (row.length < fields.length - names.length - 1) row.push('');
    return [...row, ...money];
  };
  const collected = file.collections.map(({ payoutId, shares }) =>
    wide('商户退回', payoutId, ['', ...shares.map(yuan)]),
  );
  const { byKind, byFund, lines, netFen } = file.control;
  const sums = Object.entries(byKind).map(([kind, { count, amountFen }]) =>
    wide('合计', `${KIND_NAMES[kind as LineKind]} ${String(count)} 笔`, [
      yuan(amountFen),
      ...names.map(() => ''),
    ]),
  );
  const total = wide('合计', `全部 ${String(lines)} 笔`, [
    yuan(netFen),
    ...byFund.map((fund) => yuan(fund.netFen)),
  ]);
  const data = [...rows, ...collected, ...sums, total];
  return `\uFEFF${Papa.unparse({ fields, data }, { escapeFormulae: true, newline: '\r\n' })}\r\n`;
}
