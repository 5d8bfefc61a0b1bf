import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { classify, MAX_SCAN_CHARS, type Scan } from '../../src/codes/classify.ts';
import {
  codeAgeMs,
  verificationFacts,
  verifyVoucherCode,
  voucherOf,
  type Verification,
} from '../../src/codes/key-ring.ts';
import { MAX_ELEMENTS } from '../../src/codes/tlv.ts';
import type { VoucherCode, VoucherCodeParts } from '../../src/codes/voucher-code.ts';
import { decide } from '../../src/domain/decide.ts';
import { aRing, SHOWN_AT_MS } from '../support/codes.ts';
import { aPurchase, aStore, PLAN, someFacts } from '../support/rules.ts';
import { makeInput, type FuzzInput } from './inputs.ts';
import { makeRandom } from './random.ts';
import { countReads } from './work.ts';

export interface FuzzOptions {
  readonly runs: number;
  readonly seed: number;
  /** A single input may take this long, milliseconds; an SM2 code with both signatures takes five. */
  readonly slowMs: number;
}

export interface FuzzReport {
  readonly runs: number;
  readonly seed: number;
  readonly seconds: number;
  readonly families: Readonly<Record<string, number>>;
  readonly verifications: Readonly<Record<string, number>>;
  /** Most byte reads by the TLV reader for one input, and its bound. */
  readonly mostReads: number;
  readonly readsBound: number;
  readonly slowestMs: number;
  /** Bytes that live objects grew from a tenth of the runs to their end. */
  readonly heapGrowth: number;
  /** The first few failures, each with the input that shows it. */
  readonly failures: readonly string[];
}

/** Three levels, each with at most MAX_ELEMENTS elements and one more that is refused, of six bytes each. */
const READS_BOUND = 3 * (MAX_ELEMENTS + 1) * 6;
const MAX_FAILURES = 10;
/** A counting proxy is slow: every so many runs. */
const COUNT_EVERY = 8;
const MAX_HEAP_GROWTH = 8_388_608;

const RING = aRing();
const STORE = aStore('supermarket');
const PURCHASE = aPurchase(10_000);

/** Classifies, verifies and decides `runs` inputs, and looks for what must never happen. */
export function fuzz({ runs, seed, slowMs }: FuzzOptions): FuzzReport {
  const random = makeRandom(seed);
  const families: Record<string, number> = {};
  const verifications: Record<string, number> = {};
  const failures: string[] = [];
  let mostReads = 0;
  let slowestMs = 0;
  let heapAtWarm = 0;
  const startedMs = performance.now();
  for (let run = 0; run < runs && failures.length < MAX_FAILURES; run += 1) {
    if (run === Math.floor(runs / 10)) heapAtWarm = liveBytes();
    const input = makeInput(random);
    const fail = (what: string): void => {
      failures.push(
        `run ${String(run)}, seed ${String(seed)}: ${what}: ${JSON.stringify(input.text).slice(0, 500)}`,
      );
    };
    const beforeMs = performance.now();
    try {
      const { scan, verification } = handle(input.text);
      families[scan.family] = (families[scan.family] ?? 0) + 1;
      if (verification !== null) verifications[verification] = (verifications[verification] ?? 0) + 1;
      const wrong = judge(input, scan, verification);
      if (wrong !== null) fail(wrong);
    } catch (error) {
      fail(`threw ${String(error)}`);
    }
    const tookMs = performance.now() - beforeMs;
    slowestMs = Math.max(slowestMs, tookMs);
    if (tookMs > slowMs && isSlowAgain(input.text, slowMs))
      fail(`took ${tookMs.toFixed(1)} ms, three times again`);
    if (run % COUNT_EVERY === 0) {
      const reads = countReads(input.text);
      mostReads = Math.max(mostReads, reads);
      if (reads > READS_BOUND) fail(`${String(reads)} reads`);
    }
  }
  const heapGrowth = liveBytes() - heapAtWarm;
  if (heapGrowth > MAX_HEAP_GROWTH) failures.push(`memory grew by ${String(heapGrowth)} bytes`);
  const seconds = (performance.now() - startedMs) / 1000;
  return {
    runs,
    seed,
    seconds,
    families,
    verifications,
    mostReads,
    readsBound: READS_BOUND,
    slowestMs,
    heapGrowth,
    failures,
  };
}

/** What a counter does with a scan. */
function handle(text: string): { scan: Scan; verification: Verification | null } {
  const scan = classify(text);
  if (scan.family !== 'voucher') return { scan, verification: null };
  const verification = verifyVoucherCode(scan.code, RING, SHOWN_AT_MS);
  const facts = someFacts({
    ...verificationFacts(verification),
    codeAgeMs: codeAgeMs(scan.code, SHOWN_AT_MS),
    online: false,
  });
  decide(voucherOf(scan.code), PURCHASE, STORE, PLAN, SHOWN_AT_MS, facts);
  return { scan, verification };
}

/** What is wrong with an answer, or null. */
function judge(
  { text, origin, untouched }: FuzzInput,
  scan: Scan,
  verification: Verification | null,
): string | null {
  if (untouched && verification !== 'valid') return `a valid code was ${verification ?? scan.family}`;
  if (text.length > MAX_SCAN_CHARS && (scan.family !== 'unknown' || scan.reason !== 'too-long'))
    return 'looked at more than a code holds';
  if (
    verification === 'valid' &&
    (origin === null || scan.family !== 'voucher' || !isSameCode(scan.code, origin))
  )
    return 'a code that nobody signed was valid';
  if (scan.family === 'voucher' && sizeOf(scan.code) > text.length) return 'kept more than was scanned';
  return null;
}

function sizeOf({ grant, issuerSignature, holderSignature }: VoucherCode): number {
  return grant.length + issuerSignature.length + holderSignature.length;
}

function isSameCode(code: VoucherCode, origin: VoucherCodeParts): boolean {
  return (
    Buffer.compare(code.grant, origin.grant) === 0 &&
    Buffer.compare(code.issuerSignature, origin.issuerSignature) === 0 &&
    Buffer.compare(code.holderSignature, origin.holderSignature) === 0 &&
    code.shownAtS === origin.shownAtS
  );
}

/** Other programs on the machine make anything slow once. */
function isSlowAgain(text: string, slowMs: number): boolean {
  return [1, 2, 3].every(() => {
    const beforeMs = performance.now();
    handle(text);
    return performance.now() - beforeMs > slowMs;
  });
}

function liveBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
