import type { Frame } from '../../../native/framing/frame.ts';
import type { ScanTest } from '../../contract/terminal/calls-devices.ts';
import type { Device } from '../../contract/terminal/state.ts';
import type { Detected } from './link.ts';

/** Longer than any pause within a burst, shorter than any between two scans. Milliseconds. */
const BURST_ENDS_AFTER_MS = 400;
/** As many bytes as a screen can usefully show. */
const MAX_SHOWN_BYTES = 512;

interface Burst {
  readonly bytes: number[];
  byteCount: number;
  readonly arrivedAtMs: number[];
  frame: Frame | null;
  timer: NodeJS.Timeout | null;
}

export interface ScanTestOptions {
  readonly device: (id: string) => Device | null;
  readonly detected: (id: string) => Detected | null;
  readonly onTest: (test: ScanTest) => void;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
}

/** Gathers what a scanner sends into bursts for the self-test: raw bytes, times, and what became of them. */
export function createScanTest(options: ScanTestOptions): {
  readonly onBytes: (bytes: Uint8Array, deviceId: string) => void;
  readonly onFrame: (frame: Frame, deviceId: string) => void;
  readonly stop: () => void;
} {
  const bursts = new Map<string, Burst>();

  const burstOf = (deviceId: string): Burst => {
    const burst = bursts.get(deviceId) ?? {
      bytes: [],
      byteCount: 0,
      arrivedAtMs: [],
      frame: null,
      timer: null,
    };
    bursts.set(deviceId, burst);
    if (burst.timer !== null) clearTimeout(burst.timer);
    burst.timer = setTimeout(() => end(deviceId, burst), BURST_ENDS_AFTER_MS);
    return burst;
  };
  const end = (deviceId: string, burst: Burst): void => {
    bursts.delete(deviceId);
    const device = options.device(deviceId);
    if (device === null || (device.transport !== 'serial' && device.transport !== 'hid')) return;
    const { frame, byteCount, arrivedAtMs } = burst;
    options.onTest({
      deviceId,
      name: device.name,
      transport: device.transport,
      byteCount,
      hex: burst.bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' '),
      outcome: frame === null ? 'nothing' : frame.type === 'scan' ? 'read' : frame.reason,
      text: frame?.type === 'scan' ? frame.text : null,
      aim: frame?.type === 'scan' ? frame.aim : null,
      gaps: gapsOf(arrivedAtMs),
      durationMs: tenths((arrivedAtMs.at(-1) ?? 0) - (arrivedAtMs[0] ?? 0)),
      detected: options.detected(deviceId),
    });
  };

  return {
    onBytes: (bytes, deviceId) => {
      const burst = burstOf(deviceId);
      burst.byteCount += bytes.length;
      burst.bytes.push(...bytes.subarray(0, MAX_SHOWN_BYTES - burst.bytes.length));
      if (burst.arrivedAtMs.length < MAX_SHOWN_BYTES) burst.arrivedAtMs.push(options.nowMs());
    },
    onFrame: (frame, deviceId) => {
      burstOf(deviceId).frame = frame;
    },
    stop: () => {
      for (const { timer } of bursts.values()) if (timer !== null) clearTimeout(timer);
      bursts.clear();
    },
  };
}

function gapsOf(arrivedAtMs: readonly number[]): ScanTest['gaps'] {
  const gaps = arrivedAtMs.slice(1).map((atMs, index) => atMs - (arrivedAtMs[index] ?? atMs));
  if (gaps.length === 0) return null;
  const sum = gaps.reduce((total, gap) => total + gap, 0);
  return { maxMs: tenths(Math.max(...gaps)), meanMs: tenths(sum / gaps.length) };
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
