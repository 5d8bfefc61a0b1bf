import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { refuse } from '../../../src/domain/refuse.ts';

const ROOT = join(import.meta.dirname, '../../..');
const TRIED = join(ROOT, 'src/domain/tried.ts');
const HEAD = [
  "import type { Refuse, RefusalCode } from './decision.ts';",
  "import type { RefusalCatalogue } from '../contract/messages/catalogue.ts';",
  "import { refuse } from './refuse.ts';",
  'declare const either: RefusalCode;',
];
const LIMIT_MS = 60_000;

/** Which of these lines of a module of the project the compiler complains of. */
function complaints(lines: readonly string[]): readonly string[] {
  const config = join(ROOT, 'tsconfig.json');
  const system = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };
  const options = ts.getParsedCommandLineOfConfigFile(config, undefined, system)?.options ?? {};
  const host = ts.createCompilerHost(options);
  const tried = [...HEAD, ...lines].join('\n');
  host.readFile = (path) => (path === TRIED ? tried : ts.sys.readFile(path));
  const program = ts.createProgram([TRIED], options, host);
  const file = program.getSourceFile(TRIED);
  if (file === undefined) throw new Error('not compiled');
  const numbers = program
    .getSemanticDiagnostics(file)
    .map(({ start }) => file.getLineAndCharacterOfPosition(start ?? 0).line - HEAD.length);
  return [...new Set(numbers)].map((number) => lines[number] ?? `in the head, ${number}`);
}

const RIGHT = [
  "export const r1: Refuse = refuse('store-suspended');",
  "export const r2: Refuse = refuse('wrong-wallet', { wallet: 'alipay' });",
  "export const r3: Refuse = refuse('online-required', { reason: 'kind', kindId: 'car-1000' });",
  "export const r4: Refuse = refuse('not-a-voucher-code', { found: 'payment-code', reason: 'no-voucher' });",
  "export const r5: Refuse = refuse('unknown-voucher-kind', { campaignNumber: 1, kindNumber: null });",
  "export const r6: Pick<RefusalCatalogue, 'clock-untrusted'> = { 'clock-untrusted': ({ reason }) => { switch (reason) { case 'code': case 'terminal': return { headline: '', help: '' }; } } };",
  'export const r7: readonly RefusalCode[] = [either];',
];
const WRONG = [
  // No parameters, too few, too many, another type, another name.
  "export const w1: Refuse = refuse('wrong-wallet');",
  "export const w2: Refuse = refuse('voucher-expired', { faceValueFen: 2000 });",
  "export const w3: Refuse = refuse('wrong-wallet', { wallet: 'alipay', colour: 'blue' });",
  "export const w4: Refuse = refuse('store-suspended', { why: 'because' });",
  "export const w5: Refuse = refuse('voucher-revoked', { faceValueFen: '2000' });",
  "export const w6: Refuse = refuse('unknown-voucher-kind', { campaign: 1, kindNumber: null });",
  // A reason that isn't one, of another code, or with what belongs to another reason.
  "export const w7: Refuse = refuse('online-required', { reason: 'clearing-refused' });",
  "export const w8: Refuse = refuse('clock-untrusted', { reason: 'no-voucher' });",
  "export const w9: Refuse = refuse('clock-untrusted', { reason: 'terminal', aheadMs: 1 });",
  "export const w10: Refuse = refuse('not-a-voucher-code', { found: 'url', reason: 'no-voucher' });",
  "export const w11: Refuse = refuse('not-a-voucher-code', { family: 'unionpay-c2b', reason: 'no-voucher' });",
  // A code that isn't one, or only known to be one of all.
  "export const w12: Refuse = refuse('closed-today');",
  'export const w13: Refuse = refuse(either, {});',
  // By hand, with the parameters of another code.
  "export const w14: Refuse = { verdict: 'refuse', code: 'wrong-wallet', params: { faceValueFen: 2000 } };",
  // A sentence that leaves a reason out.
  "export const w15: Pick<RefusalCatalogue, 'clock-untrusted'> = { 'clock-untrusted': ({ reason }) => { switch (reason) { case 'code': return { headline: '', help: '' }; } } };",
];

describe('a refusal', () => {
  test(
    'with what its code has to tell compiles',
    () => {
      expect(complaints(RIGHT)).toEqual([]);
    },
    LIMIT_MS,
  );
  test(
    'with anything less, more or else does not',
    () => {
      expect(complaints(WRONG)).toEqual(WRONG);
    },
    LIMIT_MS,
  );
  test('is a verdict, a code and flat parameters', () => {
    expect(refuse('voucher-revoked', { faceValueFen: 2000 })).toEqual({
      verdict: 'refuse',
      code: 'voucher-revoked',
      params: { faceValueFen: 2000 },
    });
    expect(refuse('store-suspended')).toEqual({ verdict: 'refuse', code: 'store-suspended', params: {} });
  });
});
