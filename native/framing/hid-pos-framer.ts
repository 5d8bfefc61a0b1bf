import { AIM, frameOf, MAX_CODE_BYTES, type Frame } from './frame.ts';

/** HID usage page "bar code scanner" and the usages of hand-held and fixed scanners in it (USB HID POS 1.02). */
export const HID_POS_USAGE_PAGE = 0x8c;
export const HID_POS_USAGES: readonly number[] = [0x01, 0x02];

const LENGTH_AT = 1;
const AIM_AT = 2;
const AIM_LENGTH = 3;
const MAX_DATA_IN_REPORT = 56;
const FLAGS_AT = 63;
const MORE_FOLLOWS = 0x01;
/** Report id, length, 56 bytes of data, symbology and the flags. */
const REPORT_LENGTH = 64;

/**
 * Both layouts occur. `aim-first`: the AIM identifier has a field of its own, data from byte 5.
 * `data-first` (Newland and others): data from byte 2.
 */
export type HidPosLayout = 'aim-first' | 'data-first';

export interface HidPosFramer {
  /** Takes one input report, report id included, and returns the code that it completes. */
  push(report: Uint8Array): readonly Frame[];
  /**
   * Tells that no report came for the idle time although one was announced: the half code is dropped. What still
   * comes of it until a second silence is dropped too, so that a tail is never read as a code of its own.
   */
  silence(): readonly Frame[];
  /** Forgets a half code. To be called whenever the device was closed or lost. */
  reset(): readonly Frame[];
  /** Layout of the newest code; null before the first. */
  readonly layout: () => HidPosLayout | null;
  /** A code has begun, or the tail of a dropped one may still come. */
  hasPartial(): boolean;
}

/** Input reports of a HID POS scanner → codes, also where a code spans several reports. Memory is bounded. */
export function createHidPosFramer(maxBytes = MAX_CODE_BYTES): HidPosFramer {
  let parts: Uint8Array[] = [];
  let length = 0;
  let layout: HidPosLayout | null = null;
  let aim: string | null = null;
  let tailExpected = false;

  const clear = (): void => {
    parts = [];
    length = 0;
    aim = null;
  };
  const drop = (): readonly Frame[] => {
    if (parts.length === 0) return [];
    const frame: Frame = { type: 'dropped', reason: 'incomplete', byteCount: length };
    clear();
    return [frame];
  };
  const finish = (): readonly Frame[] => {
    const frame: Frame | null =
      length > maxBytes
        ? { type: 'dropped', reason: 'too-long', byteCount: length }
        : frameOf(Buffer.concat(parts), aim);
    clear();
    return frame === null ? [] : [frame];
  };

  return {
    push: (report) => {
      const dataLength = report[LENGTH_AT] ?? 0;
      if (report.length < REPORT_LENGTH || dataLength > MAX_DATA_IN_REPORT) {
        tailExpected = parts.length > 0;
        const broken = drop();
        return [...broken, { type: 'dropped', reason: 'garbled', byteCount: report.length }];
      }
      const more = ((report[FLAGS_AT] ?? 0) & MORE_FOLLOWS) !== 0;
      if (tailExpected) {
        tailExpected = more;
        return [];
      }
      if (parts.length === 0) {
        layout = layoutOf(report, dataLength);
        aim = layout === 'aim-first' ? aimOf(report) : null;
      }
      const from = layout === 'aim-first' ? AIM_AT + AIM_LENGTH : AIM_AT;
      length += dataLength;
      // Beyond the bound only the count goes on, so that the code is dropped whole and nothing grows.
      if (length <= maxBytes) parts.push(report.slice(from, from + dataLength));
      return more ? [] : finish();
    },
    silence: () => {
      tailExpected = parts.length > 0;
      return drop();
    },
    reset: () => {
      tailExpected = false;
      return drop();
    },
    layout: () => layout,
    hasPartial: () => parts.length > 0 || tailExpected,
  };
}

/**
 * An identifier or an empty field in bytes 2–4 means `aim-first`, unless the data would then run past what the
 * report holds: some `data-first` scanners are set to put the identifier in front of the data themselves.
 */
function layoutOf(report: Uint8Array, dataLength: number): HidPosLayout {
  const field = report.subarray(AIM_AT, AIM_AT + AIM_LENGTH);
  const empty = field.every((byte) => byte === 0);
  if (!empty && aimOf(report) === null) return 'data-first';
  const tail = report.subarray(AIM_AT + dataLength, AIM_AT + AIM_LENGTH + dataLength);
  return tail.every((byte) => byte === 0) ? 'data-first' : 'aim-first';
}

function aimOf(report: Uint8Array): string | null {
  const field = Buffer.from(report.subarray(AIM_AT, AIM_AT + AIM_LENGTH)).toString('latin1');
  return AIM.test(field) ? field : null;
}
