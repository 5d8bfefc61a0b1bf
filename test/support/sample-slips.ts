import type { RedemptionSlip, SlipOrigin } from '../../src/terminal/devices/slips.ts';

export const sampleOrigin: SlipOrigin = {
  storeNameZh: '驻马店市驿城区天中超市（文明大道店）',
  storeNameEn: 'Tianzhong Supermarket',
  counter: '3',
  terminalId: 'T-0003',
  training: false,
  reprint: false,
};

export const sampleRedemption: RedemptionSlip = {
  epoch: 1,
  seq: 42,
  atMs: Date.UTC(2023, 5, 10, 4, 0, 0),
  businessDay: '2023-06-10',
  kindNameZh: '商超20元券',
  kindNameEn: 'Supermarket 20 yuan',
  serial: '1234567',
  amountFen: 12_850,
  discountFen: 2000,
  payableFen: 10_850,
  cashierName: '镕喆',
  receiptNumber: 'R-1001',
  offline: true,
};
