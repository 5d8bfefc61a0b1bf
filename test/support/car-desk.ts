import { createOperator, type Role } from '../../src/clearing/operator/operators.ts';
import {
  type CarClaimRequest,
  carClaimSchema,
  type CarClaimView,
} from '../../src/contract/clearing/car-papers.ts';
import { carClaim } from './car-claim.ts';
import { createWorld, type World } from './clearing-world.ts';
import type { Phone } from './demo-phone.ts';

type Answer = Awaited<ReturnType<World['call']>>;
type Clerk = 'unionpay' | 'bureau' | 'both';

/** A clearing server with the people who take claims for car vouchers in and review them. */
export interface CarDesk {
  readonly world: World;
  readonly tokens: Readonly<Record<Clerk, string>>;
  submit(claim: CarClaimRequest): Promise<Answer>;
  submitted(claim: CarClaimRequest): Promise<CarClaimView>;
  review(id: string, reviewer: 'unionpay' | 'bureau', token: string, body?: unknown): Promise<Answer>;
  /** Through both reviews; the papers as they were handed in. */
  issuedCar(): Promise<{
    readonly claim: CarClaimRequest;
    readonly phone: Phone;
    readonly voucher: Parameters<Phone['keep']>[0];
  }>;
}

export async function openCarDesk(options: Parameters<typeof createWorld>[0]): Promise<CarDesk> {
  const world = await createWorld(options);
  const make = async (...roles: readonly Role[]) =>
    (await createOperator(world.clearing.context, { name: roles.join(), roles })).token;
  const tokens = {
    unionpay: await make('unionpay'),
    bureau: await make('bureau'),
    both: await make('unionpay', 'bureau'),
  };
  const submit = (claim: CarClaimRequest) =>
    world.call('POST', '/v1/operator/car-claims', claim, tokens.unionpay);
  const review: CarDesk['review'] = (id, reviewer, token, body = { pass: true }) =>
    world.call('POST', `/v1/operator/car-claims/${id}/reviews/${reviewer}`, body, token);
  return {
    world,
    tokens,
    submit,
    submitted: async (claim) => carClaimSchema.parse((await submit(claim)).body),
    review,
    issuedCar: async () => {
      const { claim, phone } = carClaim();
      await submit(claim);
      await review(claim.id, 'unionpay', tokens.unionpay);
      await review(claim.id, 'bureau', tokens.bureau);
      const path = `/v1/operator/car-claims/${claim.id}/voucher`;
      const { body } = await world.call('GET', path, undefined, tokens.unionpay);
      return { claim, phone, voucher: body as Parameters<Phone['keep']>[0] };
    },
  };
}
