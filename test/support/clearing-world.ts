import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clearing, createClearing } from '../../src/clearing/create-clearing.ts';
import { createServer, type Server } from '../../src/clearing/http/server.ts';
import { type ClearingKeys, createKeys } from '../../src/clearing/keys/keys.ts';
import { createOperator, type Operator, type Role, ROLES } from '../../src/clearing/operator/operators.ts';
import { admitStore, createActivation, createStore } from '../../src/clearing/operator/stores.ts';
import { issueDirectly } from '../../src/clearing/operator/vouchers.ts';
import type { Storage } from '../../src/clearing/storage/storage.ts';
import type { Category } from '../../src/domain/campaign.ts';
import { openTestStorage } from './test-storage.ts';
import { httpTransport, TestTerminal } from './clearing-terminal.ts';
import { createPhone, type Phone, type PhoneVoucher, type VoucherOrder } from './demo-phone.ts';

/** Noon in Zhumadian on a day of the plan of 2023. */
export const NOON = Date.parse('2023-06-10T12:00:00+08:00');

export interface World {
  readonly clearing: Clearing;
  readonly server: Server;
  readonly base: string;
  readonly operator: Operator;
  readonly second: Operator;
  readonly tokens: { readonly operator: string; readonly second: string; readonly auditor: string };
  /** Moves the clock that clearing and the terminals share. */
  readonly clock: { nowMs: number };
  readonly now: () => number;
  readonly store: (category: Category) => Promise<string>;
  readonly terminal: (storeId: string, counter?: string) => Promise<TestTerminal>;
  readonly voucher: (
    order: VoucherOrder,
  ) => Promise<{ readonly phone: Phone; readonly voucher: PhoneVoucher }>;
  readonly call: (
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    token?: string,
  ) => Promise<{ readonly status: number; readonly body: unknown }>;
  readonly close: () => Promise<void>;
}

export interface WorldOptions {
  readonly storage?: Storage;
  readonly nowMs?: number;
  /** Those of a key file, where another process goes on with the storage. */
  readonly keys?: ClearingKeys;
  readonly packs?: readonly unknown[];
  readonly rate?: { readonly burst: number; readonly perSecond: number };
}

/** A real clearing server on a free port, in a database of its own unless a storage is given, with a clock that tests move. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const clock = { nowMs: options.nowMs ?? NOON };
  const now = (): number => clock.nowMs;
  const storage = options.storage ?? (await openTestStorage());
  const clearing = await createClearing({
    storage,
    keys: options.keys ?? createKeys(),
    now,
    ...(options.packs === undefined ? {} : { packs: options.packs }),
  });
  const { context } = clearing;
  const first = await createOperator(context, { name: 'first', roles: ROLES });
  const second = await createOperator(context, { name: 'second', roles: ROLES });
  const auditor = await createOperator(context, { name: 'auditor', roles: ['auditor'] satisfies Role[] });
  const server = await createServer(clearing, {
    rate: options.rate ?? { burst: 100_000, perSecond: 100_000 },
  });
  const base = await server.listen({ port: 0, host: '127.0.0.1' });
  const transport = httpTransport(base, now);
  return {
    clearing,
    server,
    base,
    operator: first.operator,
    second: second.operator,
    tokens: { operator: first.token, second: second.token, auditor: auditor.token },
    clock,
    now,
    store: async (category) => {
      const created = await createStore(context, first.operator, {
        nameZh: '店',
        nameEn: 'Store',
        category,
        cutOverMinutes: 0,
        basis: 'test',
      });
      await admitStore(context, first.operator, created.id, 'district');
      await admitStore(context, second.operator, created.id, 'city');
      return created.id;
    },
    terminal: async (storeId, counter = '1') => {
      const { activationCode } = await createActivation(context, first.operator, storeId, counter);
      const terminal = new TestTerminal(transport);
      await terminal.activate(activationCode, now());
      return terminal;
    },
    voucher: async (order) => {
      const phone = createPhone();
      const voucher = await issueDirectly(context, first.operator, {
        campaignNumber: order.campaignNumber ?? 1,
        kind: order.kind,
        person: order.person ?? null,
        algorithm: phone.algorithm,
        publicKey: phone.publicKey,
        notBeforeMs: order.notBeforeMs ?? null,
        notAfterMs: order.notAfterMs ?? null,
      });
      phone.keep(voucher);
      return { phone, voucher };
    },
    call: async (method, path, body, token = first.token) => {
      const response = await fetch(`${base}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
    },
    close: async () => {
      await server.close();
      await clearing.close();
    },
  };
}

/** A folder for a database file, and how to remove it. */
export function scratchFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'clearing-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
