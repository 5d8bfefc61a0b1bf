import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { issueDirectly } from '../../../src/clearing/operator/vouchers.ts';
import {
  type CarClaimRequest,
  type CarClaimView,
  type CarPapers,
  carClaimSchema,
} from '../../../src/contract/clearing/car-papers.ts';
import { carPapersHash } from '../../../src/contract/clearing/car-binding.ts';
import { carClaim, carPapers } from '../../support/car-claim.ts';
import { openCarDesk, type CarDesk } from '../../support/car-desk.ts';
import type { World } from '../../support/clearing-world.ts';
import { createPhone } from '../../support/demo-phone.ts';
import { onEachEngine } from '../../support/engines.ts';

onEachEngine((engine) => {
  let desk: CarDesk;
  let world: World;
  let tokens: CarDesk['tokens'];
  beforeEach(async () => {
    desk = await openCarDesk({ storage: await engine.open() });
    ({ world, tokens } = desk);
  });
  afterEach(() => world.close());

  const codesOf = async (papers: CarPapers, changes: Partial<CarClaimRequest> = {}) => {
    const view = await desk.submitted(carClaim(papers, changes).claim);
    return { status: view.status, codes: view.findings.map(({ code }) => code) };
  };

  describe('a claim for a car voucher', () => {
    it('is issued after two reviews by two people, and the register keeps the hash of its papers', async () => {
      const { claim } = carClaim();
      expect(await desk.submitted(claim)).toMatchObject({
        status: 'submitted',
        kind: 'car-3000',
        faceValueFen: 300_000,
        findings: [],
      });
      expect((await desk.review(claim.id, 'unionpay', tokens.unionpay)).body).toMatchObject({
        status: 'first-passed',
        serial: null,
      });
      expect((await desk.review(claim.id, 'bureau', tokens.bureau)).body).toMatchObject({ status: 'issued' });
      const { invoice, identity } = claim.papers;
      const papersHash = carPapersHash({
        invoiceNumber: invoice.number,
        vin: invoice.vin,
        buyerNumber: identity.number,
      });
      const registered = await world.clearing.context.storage.db
        .selectFrom('vouchers')
        .select(['papers_hash', 'not_after_ms'])
        .execute();
      expect(registered).toEqual([
        { papers_hash: papersHash, not_after_ms: world.clearing.context.packs.latest(1).closesAtMs },
      ]);
    });

    it('gets the same answer when it is sent again, and another claim under its id is refused', async () => {
      const { claim } = carClaim();
      const first = await desk.submitted(claim);
      expect(await desk.submitted(claim)).toEqual(first);
      const { number } = carPapers().identity;
      const changed = {
        ...claim,
        papers: { ...claim.papers, identity: { ...claim.papers.identity, number } },
      };
      expect(await desk.submit(changed)).toMatchObject({ status: 409, body: { error: 'conflict' } });
    });

    it.each([
      ['another buyer than owner', { registration: { ownerName: '李四' } }, ['car-papers-contradict']],
      ['another buyer than identity', { identity: { name: '李四' } }, ['car-papers-contradict']],
      [
        'another VIN in the registration',
        { registration: { vin: 'LSVAA4187E2184847' } },
        ['car-papers-contradict'],
      ],
      [
        'registered before it was sold',
        { registration: { registeredOn: '2023-06-04' } },
        ['car-papers-contradict'],
      ],
      [
        'an invoice in the future',
        { invoice: { issuedOn: '2023-06-11' }, registration: { registeredOn: '2023-06-12' } },
        ['car-papers-contradict'],
      ],
      [
        'an organisation as buyer',
        { identity: { type: 'organisation' as const } },
        ['car-buyer-not-a-person'],
      ],
      ['eight seats', { registration: { seats: 8 } }, ['car-too-many-seats']],
      ['a lorry', { registration: { passengerCar: false } }, ['car-not-passenger']],
      ['an invoice before the campaign', { invoice: { issuedOn: '2023-04-30' } }, ['car-invoice-too-early']],
      [
        'an invoice re-issued for one before the announcement',
        { invoice: { replaces: { number: '77', issuedOn: '2023-04-19' } } },
        ['car-invoice-reissued'],
      ],
      ['a price below all bands', { invoice: { priceFen: 999_999 } }, ['car-price-below-minimum']],
      [
        'everything at once',
        {
          invoice: { issuedOn: '2023-04-19', priceFen: 1 },
          registration: { seats: 9, passengerCar: false, ownerName: '李四' },
          identity: { type: 'organisation' as const },
        },
        [
          'car-papers-contradict',
          'car-buyer-not-a-person',
          'car-too-many-seats',
          'car-not-passenger',
          'car-invoice-too-early',
          'car-price-below-minimum',
        ],
      ],
    ])('with %s is refused at once, with every code', async (_what, changes, codes) => {
      expect(await codesOf(carPapers(changes))).toEqual({ status: 'refused', codes });
    });

    it('with an invoice re-issued for one after the announcement is good', async () => {
      const replaces = { number: '77', issuedOn: '2023-05-02' };
      expect(await codesOf(carPapers({ invoice: { replaces } }))).toEqual({ status: 'submitted', codes: [] });
    });

    it('is a duplicate by invoice, VIN, buyer or wallet, however the number is written', async () => {
      const { claim } = carClaim();
      await desk.submit(claim);
      const { invoice, identity } = claim.papers;
      const spaced = `${invoice.number.slice(0, 4)}-${invoice.number.slice(4)}`;
      expect((await codesOf(carPapers({ invoice: { number: spaced } }))).codes).toEqual([
        'duplicate-invoice',
      ]);
      expect((await codesOf(carPapers({ invoice: { vin: invoice.vin } }))).codes).toEqual(['duplicate-vin']);
      expect(
        (await codesOf(carPapers({ identity: { number: identity.number.toLowerCase() } }))).codes,
      ).toEqual(['duplicate-buyer']);
      expect((await codesOf(carPapers(), { person: claim.person })).codes).toEqual(['duplicate-buyer']);
      const { publicKey, algorithm } = createPhone();
      await issueDirectly(world.clearing.context, world.operator, {
        campaignNumber: 1,
        kind: 'car-500',
        person: 'ann',
        publicKey,
        algorithm,
        notBeforeMs: null,
        notAfterMs: null,
      });
      expect((await codesOf(carPapers(), { person: 'ann' })).codes).toEqual(['duplicate-buyer']);
    });

    it('stands once when ten with the same car come at once', async () => {
      const { vin } = carPapers().invoice;
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => desk.submit(carClaim(carPapers({ invoice: { vin } })).claim)),
      );
      const stand = answers.filter(({ body }) => carClaimSchema.parse(body).status === 'submitted');
      expect(stand).toHaveLength(1);
    });

    it('that a reviewer refused may be handed in anew', async () => {
      const { claim } = carClaim();
      await desk.submit(claim);
      expect(await desk.review(claim.id, 'unionpay', tokens.unionpay, { pass: false })).toMatchObject({
        status: 400,
      });
      const refused = await desk.review(claim.id, 'unionpay', tokens.unionpay, {
        pass: false,
        reason: 'blurred',
      });
      expect(refused.body).toMatchObject({ status: 'refused', unionpay: { pass: false, reason: 'blurred' } });
      expect((await desk.submitted({ ...claim, id: 'again' })).status).toBe('submitted');
    });
  });

  describe('the reviews', () => {
    it('need the role of each, their order, and two people', async () => {
      const { claim } = carClaim();
      await desk.submit(claim);
      expect(await desk.review(claim.id, 'unionpay', tokens.bureau)).toMatchObject({ status: 403 });
      expect(await desk.review(claim.id, 'bureau', tokens.bureau)).toMatchObject({ status: 409 });
      await desk.review(claim.id, 'unionpay', tokens.both);
      expect(await desk.review(claim.id, 'bureau', tokens.unionpay)).toMatchObject({ status: 403 });
      expect(await desk.review(claim.id, 'bureau', tokens.both)).toMatchObject({ status: 403 });
      expect((await desk.review(claim.id, 'bureau', tokens.bureau)).body).toMatchObject({ status: 'issued' });
      expect(await desk.review(claim.id, 'bureau', tokens.bureau)).toMatchObject({ status: 409 });
      const rows = await world.clearing.context.storage.db.selectFrom('vouchers').select('serial').execute();
      expect(rows).toHaveLength(1);
    });

    it('see the papers, which leaves a trace; others don’t', async () => {
      const { claim } = carClaim();
      await desk.submit(claim);
      const path = `/v1/operator/car-claims/${claim.id}/papers`;
      expect((await world.call('GET', path, undefined, tokens.bureau)).body).toEqual(claim.papers);
      expect(await world.call('GET', path, undefined, world.tokens.auditor)).toMatchObject({ status: 403 });
      const trace = await world.clearing.context.storage.db
        .selectFrom('audit')
        .select('subject')
        .where('action', '=', 'car-papers-read')
        .execute();
      expect(trace).toEqual([{ subject: claim.id }]);
    });

    it('find what waits for them, oldest first', async () => {
      const { claim } = carClaim();
      await desk.submit(claim);
      world.clock.nowMs += 1000;
      const { claim: later } = carClaim();
      await desk.submit(later);
      const list = async (status: string, after = '') =>
        (
          (
            await world.call(
              'GET',
              `/v1/operator/car-claims?status=${status}${after}`,
              undefined,
              tokens.bureau,
            )
          ).body as { claims: CarClaimView[] }
        ).claims.map(({ id }) => id);
      expect(await list('submitted')).toEqual([claim.id, later.id]);
      expect(await list('submitted', `&after=${String(world.now() - 1000)}:${claim.id}`)).toEqual([later.id]);
      await desk.review(claim.id, 'unionpay', tokens.unionpay);
      expect(await list('first-passed')).toEqual([claim.id]);
    });
  });

  describe('personal data', () => {
    it('is nowhere in the database as plain text, and opens only for its own claim', async () => {
      const { claim } = await desk.issuedCar();
      const { db } = world.clearing.context.storage;
      const { invoice, identity, registration } = claim.papers;
      const secrets = [
        invoice.number,
        invoice.vin,
        invoice.buyerName,
        identity.number,
        registration.ownerName,
        claim.person,
      ];
      for (const table of ['car_claims', 'vouchers', 'audit', 'holders', 'alarms'] as const) {
        const text = JSON.stringify(await db.selectFrom(table).selectAll().execute());
        for (const secret of secrets) expect(text).not.toContain(secret);
      }
      await sql`update car_claims set id = 'moved'`.execute(db);
      const moved = await world.call('GET', '/v1/operator/car-claims/moved/papers', undefined, tokens.bureau);
      expect(moved).toMatchObject({ status: 500, body: { message: 'internal error' } });
    });
  });
});
