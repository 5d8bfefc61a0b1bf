import type { SlipDocument, SlipLine } from '../../../native/printers/document.ts';
import { fen, formatYuan } from '../../domain/money.ts';

/** What every slip says about where it comes from. */
export interface SlipOrigin {
  readonly storeNameZh: string;
  readonly storeNameEn: string;
  readonly counter: string;
  readonly terminalId: string;
  readonly training: boolean;
  /** Printed again: marked 重打, so that one redemption can't be shown twice as two. */
  readonly reprint: boolean;
}

export interface RedemptionSlip {
  readonly epoch: number;
  readonly seq: number;
  readonly atMs: number;
  readonly businessDay: string;
  readonly kindNameZh: string;
  readonly kindNameEn: string;
  readonly serial: string;
  readonly amountFen: number;
  readonly discountFen: number;
  readonly payableFen: number;
  readonly cashierName: string;
  readonly receiptNumber: string;
  readonly offline: boolean;
}

export interface ReversalSlip {
  /** The redemption that was taken back. */
  readonly of: RedemptionSlip;
  readonly epoch: number;
  readonly seq: number;
  readonly atMs: number;
  readonly byName: string;
  readonly approvedByName: string | null;
  readonly reason: string;
}

export interface ShiftSlip {
  /** X: the shift so far; Z: closed. */
  readonly type: 'X' | 'Z';
  readonly number: number;
  readonly openedAtMs: number;
  readonly openedByName: string;
  /** Null while it is open. */
  readonly closedAtMs: number | null;
  readonly closedByName: string | null;
  readonly kinds: readonly {
    readonly nameZh: string;
    readonly count: number;
    readonly discountFen: number;
  }[];
  readonly count: number;
  readonly discountFen: number;
  readonly reversedCount: number;
  readonly unsentCount: number;
  readonly unsentDiscountFen: number;
}

/** The customer's and the shop's proof of a redemption. Chinese first, English beside it. */
export function redemptionSlip(slip: RedemptionSlip, origin: SlipOrigin): SlipDocument {
  return {
    lines: [
      ...head('消费券核销凭证', 'Voucher redemption', origin),
      pair('券种 Voucher', slip.kindNameZh),
      pair('', slip.kindNameEn),
      pair('券号 Serial', slip.serial),
      RULE,
      pair('消费 Amount', yuan(slip.amountFen)),
      pair('抵扣 Discount', yuan(-slip.discountFen)),
      pair('应付 Payable', yuan(slip.payableFen), true),
      RULE,
      ...facts(slip, origin),
      ...(slip.offline ? [centred('离线核销 Redeemed offline')] : []),
    ],
  };
}

/** Proof that a redemption was taken back and the voucher is free again. */
export function reversalSlip(slip: ReversalSlip, origin: SlipOrigin): SlipDocument {
  const { of } = slip;
  return {
    lines: [
      ...head('消费券撤销凭证', 'Redemption reversed', origin),
      pair('券种 Voucher', of.kindNameZh),
      pair('券号 Serial', of.serial),
      pair('原记录 Entry', entryName(of)),
      pair('原时间 Redeemed', localTime(of.atMs)),
      RULE,
      pair('消费 Amount', yuan(of.amountFen)),
      pair('撤销 Reversed', yuan(of.discountFen), true),
      pair('改付 To pay', yuan(of.amountFen)),
      RULE,
      pair('小票 Receipt', of.receiptNumber),
      pair('操作 By', slip.byName),
      ...(slip.approvedByName === null ? [] : [pair('批准 Approved', slip.approvedByName)]),
      ...(slip.reason === '' ? [] : [pair('原因 Reason', slip.reason)]),
      pair('时间 Time', localTime(slip.atMs)),
      pair('记录 Entry', entryName(slip)),
      centred('该券可再次使用 The voucher is usable again'),
    ],
  };
}

/** The report of a shift: X so far, Z for the hand-over, to be signed by both. */
export function shiftSlip(slip: ShiftSlip, origin: SlipOrigin): SlipDocument {
  const [titleZh, titleEn] =
    slip.type === 'X' ? ['本班报表 X', 'Shift so far'] : ['交接班单 Z', 'Shift report'];
  return {
    lines: [
      ...head(titleZh, titleEn, origin),
      pair('班次 Shift', String(slip.number)),
      pair('开班 Opened', localTime(slip.openedAtMs)),
      pair('收银员 Cashier', slip.openedByName),
      ...(slip.closedAtMs === null ? [] : [pair('交班 Closed', localTime(slip.closedAtMs))]),
      ...(slip.closedByName === null ? [] : [pair('交班人 By', slip.closedByName)]),
      RULE,
      ...slip.kinds.map(({ nameZh, count, discountFen }) => pair(nameZh, `${count} x  ${yuan(discountFen)}`)),
      RULE,
      pair('笔数 Count', String(slip.count)),
      pair('合计 Total', yuan(slip.discountFen), true),
      pair('撤销 Reversed', String(slip.reversedCount)),
      pair('未结 Unsent', `${slip.unsentCount} x  ${yuan(slip.unsentDiscountFen)}`),
      RULE,
      pair('柜台 Counter', origin.counter),
      pair('终端 Terminal', origin.terminalId),
      ...(slip.type === 'X'
        ? []
        : [BLANK, left('交班 Handed over: ____________'), BLANK, left('接班 Taken over:  ____________')]),
    ],
  };
}

/** For the printer's self-test: all that can go wrong with code pages, width and cutting on one slip. */
export function testSlip(origin: SlipOrigin, atMs: number): SlipDocument {
  return {
    lines: [
      ...head('打印测试', 'Printer test', origin),
      left('中文：消费券核销终端 镕喆'),
      left('ABCDEFGHIJKLMNOPQRSTUVWXYZ'),
      left('abcdefghijklmnopqrstuvwxyz'),
      left('0123456789 ¥ % & # @'),
      pair('金额 Amount', yuan(12_850), true),
      pair('时间 Time', localTime(atMs)),
    ],
  };
}

const RULE: SlipLine = { type: 'rule' };
const BLANK: SlipLine = { type: 'blank' };

function head(titleZh: string, titleEn: string, origin: SlipOrigin): readonly SlipLine[] {
  return [
    ...(origin.training ? [banner('培训 无效 TRAINING')] : []),
    ...(origin.reprint ? [banner('重打 REPRINT')] : []),
    { type: 'title', text: titleZh },
    centred(titleEn),
    centred(origin.storeNameZh),
    ...(origin.storeNameEn === '' ? [] : [centred(origin.storeNameEn)]),
    RULE,
  ];
}

function facts(slip: RedemptionSlip, origin: SlipOrigin): readonly SlipLine[] {
  return [
    pair('小票 Receipt', slip.receiptNumber),
    pair('营业日 Day', slip.businessDay),
    pair('时间 Time', localTime(slip.atMs)),
    pair('收银员 Cashier', slip.cashierName),
    pair('柜台 Counter', origin.counter),
    pair('终端 Terminal', origin.terminalId),
    pair('记录 Entry', entryName(slip)),
  ];
}

function pair(label: string, value: string, strong = false): SlipLine {
  return { type: 'pair', label, value, strong };
}

function banner(text: string): SlipLine {
  return { type: 'banner', text };
}

function centred(text: string): SlipLine {
  return { type: 'text', text, align: 'centre' };
}

function left(text: string): SlipLine {
  return { type: 'text', text, align: 'left' };
}

function yuan(amountFen: number): string {
  return formatYuan(fen(amountFen));
}

function entryName({ epoch, seq }: { readonly epoch: number; readonly seq: number }): string {
  return `${epoch}-${seq}`;
}

const SHANGHAI = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'medium',
});

/** `2023-06-10 12:00:00`, Shanghai time. */
function localTime(atMs: number): string {
  return SHANGHAI.format(atMs);
}
