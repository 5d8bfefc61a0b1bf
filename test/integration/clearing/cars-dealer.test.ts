import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPaymentCode } from '../../../src/clearing/operator/payment-codes.ts';
import type { CarPapers } from '../../../src/contract/clearing/car-papers.ts';
import { carPapersHash } from '../../../src/contract/clearing/car-binding.ts';
import {
  type authorisationSchema as answerSchema,
  authorisationPath,
  authorisationSchema,
  ROUTES,
} from '../../../src/contract/clearing/protocol.ts';
import type { EntryBody } from '../../../src/contract/journal/entry.ts';
import { openCarDesk, type CarDesk } from '../../support/car-desk.ts';
import type { TestTerminal } from '../../support/clearing-terminal.ts';
import type { World } from '../../support/clearing-world.ts';
import { onEachEngine } from '../../support/engines.ts';
import type { z } from 'zod';

onEachEngine((engine) => {
  let desk: CarDesk;
  let world: World;
  beforeEach(async () => {
    desk = await openCarDesk({ storage: await engine.open() });
    ({ world } = desk);
  });
  afterEach(() => world.close());

  describe('at the dealer', () => {
    const vehicleOf = ({
      invoice,
      identity,
      registration,
    }: CarPapers): NonNullable<EntryBody<'redemption'>['purchase']['vehicle']> => ({
      priceFen: invoice.priceFen,
      seats: registration.seats,
      buyer: identity.type,
      invoiceIssuedOn: invoice.issuedOn,
      invoiceReissued: false,
      papersAgree: true,
      passengerCar: true,
      papersHash: carPapersHash({
        invoiceNumber: invoice.number,
        vin: invoice.vin,
        buyerNumber: identity.number,
      }),
    });
    const purchaseOf = (storeId: string, vehicle: ReturnType<typeof vehicleOf>) => ({
      storeId,
      till: '1',
      businessDay: '2023-06-10',
      receiptNumber: 'n-1',
      amountFen: vehicle.priceFen,
      listAmountFen: vehicle.priceFen,
      vehicle,
    });
    const ask = async (
      terminal: TestTerminal,
      path: string,
      body: unknown,
    ): Promise<z.infer<typeof answerSchema>> =>
      terminal.open(
        'authorisation',
        await terminal.transport.signed(path, body, terminal.terminalId, terminal.key),
        authorisationSchema,
      );

    it('the voucher is redeemed online by the papers that it was issued for', async () => {
      const { claim, voucher } = await desk.issuedCar();
      const storeId = await world.store('car');
      const terminal = await world.terminal(storeId);
      const { code } = await createPaymentCode(world.clearing.context, world.operator, {
        campaignNumber: 1,
        person: claim.person,
      });
      const vehicle = vehicleOf(claim.papers);
      const request = {
        authorisationId: 'a-1',
        code,
        campaignNumber: 1,
        purchase: purchaseOf(storeId, vehicle),
      };
      expect(await ask(terminal, ROUTES.authorise, request)).toMatchObject({
        status: 'reserved',
        discountFen: 300_000,
        voucher: { serial: String(voucher.serial) },
      });
      await ask(terminal, authorisationPath('a-1', 'capture'), { confirmedAtMs: world.now() });
      terminal.redeem({
        evidence: { type: 'authorisation', authorisationId: 'a-1' },
        atMs: world.now(),
        amountFen: vehicle.priceFen,
        discountFen: 300_000,
        receiptNumber: 'n-1',
        vehicle,
      });
      expect((await terminal.send()).verdicts[1]).toMatchObject({ verdict: 'settled' });
    });

    it.each([
      ['another invoice', { number: '999' }, {}],
      ['another car', { vin: 'LSVAA4187E2184847' }, {}],
      ['another buyer', {}, { number: '999' }],
    ])('%s is car-papers-contradict, online and in a journal', async (_what, invoice, identity) => {
      const { claim, phone, voucher } = await desk.issuedCar();
      const storeId = await world.store('car');
      const terminal = await world.terminal(storeId);
      const { papers } = claim;
      const vehicle = vehicleOf({
        ...papers,
        invoice: { ...papers.invoice, ...invoice },
        identity: { ...papers.identity, ...identity },
      });
      const { code } = await createPaymentCode(world.clearing.context, world.operator, {
        campaignNumber: 1,
        person: claim.person,
      });
      const request = {
        authorisationId: 'a-1',
        code,
        campaignNumber: 1,
        purchase: purchaseOf(storeId, vehicle),
      };
      expect(await ask(terminal, ROUTES.authorise, request)).toMatchObject({
        status: 'refused',
        reason: 'car-papers-contradict',
      });
      phone.keep(voucher);
      terminal.redeem({
        evidence: phone.evidence(world.now()),
        atMs: world.now(),
        amountFen: vehicle.priceFen,
        discountFen: 300_000,
        vehicle,
      });
      expect((await terminal.send()).verdicts[1]).toMatchObject({
        verdict: 'refused',
        reason: 'car-papers-contradict',
      });
    });

    it('a bound voucher without its papers is car-papers-contradict too', async () => {
      const { claim, phone, voucher } = await desk.issuedCar();
      const terminal = await world.terminal(await world.store('car'));
      phone.keep(voucher);
      terminal.redeem({
        evidence: phone.evidence(world.now()),
        atMs: world.now(),
        amountFen: 12_000_000,
        discountFen: 300_000,
        vehicle: { ...vehicleOf(claim.papers), papersHash: null },
      });
      expect((await terminal.send()).verdicts[1]).toMatchObject({ reason: 'car-papers-contradict' });
    });
  });
});
