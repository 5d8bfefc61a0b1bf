import { classify } from '../../../src/codes/classify.ts';
import { codeAgeMs, verificationFacts, verifyVoucherCode, voucherOf } from '../../../src/codes/key-ring.ts';
import { decide } from '../../../src/domain/decide.ts';
import { ALGORITHMS, aRing, SHOWN_AT_MS, someText } from '../../support/codes.ts';
import { aPurchase, aStore, PLAN, someFacts } from '../../support/rules.ts';

export interface BenchRow {
  readonly what: string;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly budgetMs: number;
  readonly within: boolean;
}

const BUDGET_MS = { ed25519: 1, sm2: 8 } as const;
const WARM_UP = 100;

/** Classify + verify + decide of one scanned voucher, both keys of one algorithm; design: budgets, p99. */
export function benchDecide(runs: number): readonly BenchRow[] {
  const ring = aRing();
  return ALGORITHMS.map((algorithm) => {
    const text = someText(algorithm, algorithm);
    const once = (): void => {
      const scan = classify(text);
      if (scan.family !== 'voucher') throw new Error(`not a voucher: ${scan.family}`);
      const verification = verifyVoucherCode(scan.code, ring, SHOWN_AT_MS);
      const facts = someFacts({
        ...verificationFacts(verification),
        codeAgeMs: codeAgeMs(scan.code, SHOWN_AT_MS),
      });
      const voucher = voucherOf(scan.code);
      const decision = decide(voucher, aPurchase(10_000), aStore('supermarket'), PLAN, SHOWN_AT_MS, facts);
      if (decision.verdict !== 'accept') throw new Error(decision.code);
    };
    for (let run = 0; run < WARM_UP; run += 1) once();
    const times = Array.from({ length: runs }, () => {
      const startedMs = performance.now();
      once();
      return performance.now() - startedMs;
    }).toSorted((left, right) => left - right);
    const at = (part: number): number => times[Math.floor(runs * part)] ?? 0;
    const budgetMs = BUDGET_MS[algorithm];
    return {
      what: `classify + verify + decide, ${algorithm}`,
      p50Ms: at(0.5),
      p99Ms: at(0.99),
      budgetMs,
      within: at(0.99) <= budgetMs,
    };
  });
}
