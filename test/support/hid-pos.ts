import type { HidPosLayout } from '../../native/framing/hid-pos-framer.ts';

const REPORT_BYTES = 64;
const DATA_BYTES = 56;

/** The input reports that a HID POS scanner sends for a code, in either layout. */
export function hidPosReports(
  code: string | Uint8Array,
  { layout, aim = ']Q1', reportId = 1 }: { layout: HidPosLayout; aim?: string; reportId?: number },
): readonly Buffer[] {
  const bytes = Buffer.from(code);
  const reports: Buffer[] = [];
  for (let from = 0; from === 0 || from < bytes.length; from += DATA_BYTES) {
    const part = bytes.subarray(from, from + DATA_BYTES);
    const report = Buffer.alloc(REPORT_BYTES);
    report[0] = reportId;
    report[1] = part.length;
    if (layout === 'aim-first') report.write(aim, 2, 'latin1');
    part.copy(report, layout === 'aim-first' ? 5 : 2);
    report[63] = from + DATA_BYTES < bytes.length ? 1 : 0;
    reports.push(report);
  }
  return reports;
}
