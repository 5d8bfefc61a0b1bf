import { type Clearing, createClearing } from '../../../src/clearing/create-clearing.ts';
import { demoPack } from '../../../src/clearing/demo.ts';
import { issue, pseudonym } from '../../../src/clearing/issuance/issue.ts';
import type { ClearingKeys } from '../../../src/clearing/keys/keys.ts';
import { createOperator, type Operator, ROLES } from '../../../src/clearing/operator/operators.ts';
import { createActivation } from '../../../src/clearing/operator/stores.ts';
import { voucherLife } from '../../../src/clearing/operator/vouchers.ts';
import { lockMoney, type Storage } from '../../../src/clearing/storage/storage.ts';
import { activationRequestSchema } from '../../../src/contract/clearing/protocol.ts';
import { TestTerminal, type Transport } from '../../support/clearing-terminal.ts';
import { createPhone, type ShownEvidence } from '../../support/demo-phone.ts';
import { admittedStore } from './admitted-store.ts';

/** What every redemption of the load is: a supermarket voucher of 20 yuan on 100 yuan. */
export const FACE_FEN = 2000;
const PRICE_FEN = 10_000;
const KIND = 'supermarket-20';
/** Issuing takes this many vouchers at a time. */
const ISSUE_AT_ONCE = 500;

/** Clearing in this process, on a storage that nodes share or take over: it makes what the load needs, and looks on. */
export interface LoadWorld {
  readonly clearing: Clearing;
  readonly operator: Operator;
  /** Of an operator who may do everything. */
  readonly token: string;
  readonly storeId: string;
  /** An activated terminal, which has written entry 1 and sent nothing. */
  readonly terminal: (counter: string) => Promise<TestTerminal>;
  /** Issues vouchers, each to another person with a phone of their own, and gives them as the counters scan them. */
  readonly vouchers: (count: number) => Promise<readonly ShownEvidence[]>;
}

export async function createLoadWorld(storage: Storage, keys: ClearingKeys): Promise<LoadWorld> {
  const nowMs = Date.now();
  const clearing = await createClearing({ storage, keys, packs: [demoPack(nowMs)] });
  const { context } = clearing;
  const { operator, storeId } = await admittedStore(context);
  const { token } = await createOperator(context, { name: 'wallet', roles: ROLES });
  const campaign = context.packs.latest(1);
  const kind = campaign.kinds.find(({ id }) => id === KIND);
  if (kind === undefined) throw new Error(`a campaign without ${KIND}`);
  const inProcess: Transport = {
    plain: (_path, body) => clearing.activate(activationRequestSchema.parse(body)),
    signed: () => Promise.reject(new Error('not before a node has started')),
  };
  let persons = 0;
  return {
    clearing,
    operator,
    token,
    storeId,
    terminal: async (counter) => {
      const { activationCode } = await createActivation(context, operator, storeId, counter);
      const terminal = new TestTerminal(inProcess);
      await terminal.activate(activationCode, nowMs);
      return terminal;
    },
    vouchers: async (count) => {
      const shown: ShownEvidence[] = [];
      // Node throws and catches inside for every key that it reads: without traces that takes half the time.
      const { stackTraceLimit } = Error;
      Error.stackTraceLimit = 0;
      try {
        while (shown.length < count) {
          const phones = Array.from({ length: Math.min(ISSUE_AT_ONCE, count - shown.length) }, () =>
            createPhone(),
          );
          const wanted = phones.map(({ algorithm, publicKey }) => ({
            ...{ campaign, kind, round: 0, algorithm, publicKey, papersHash: null },
            ...voucherLife(nowMs),
            person: pseudonym(keys, campaign.number, `voucher ${String((persons += 1))}`),
          }));
          const issued = await storage.transaction(async (tx) => {
            await lockMoney(tx);
            return issue(tx, context, wanted);
          });
          for (const [index, phone] of phones.entries()) {
            const voucher = issued[index];
            if (voucher !== undefined) shown.push(phone.evidence(nowMs, voucher));
          }
        }
      } finally {
        Error.stackTraceLimit = stackTraceLimit;
      }
      return shown;
    },
  };
}

/** Writes a redemption of the voucher into the terminal's journal, as if it had been offline. */
export function redeem(terminal: TestTerminal, evidence: ShownEvidence): void {
  terminal.redeem({
    evidence,
    atMs: evidence.shownAtS * 1000,
    amountFen: PRICE_FEN,
    discountFen: FACE_FEN,
    offline: true,
  });
}
