import { carPapersHash } from '../../contract/clearing/car-binding.ts';
import type { VehicleForm } from '../../contract/terminal/calls-counter.ts';
import { dayStartMs, parseDay } from '../../domain/business-day.ts';
import type { Vehicle } from '../../domain/decision.ts';
import { fen } from '../../domain/money.ts';
import { FaultError } from '../fault-error.ts';

/** A car with the hash of the papers that its voucher is bound to; null: they weren't filled in. */
export interface BoundVehicle extends Vehicle {
  readonly papersHash: string | null;
}

/**
 * The car form as the rules see it; of the numbers on the papers only their hash is left. Throws `bad-input` for an
 * invoice day that isn't one, such as 2023-02-30.
 */
export function vehicleOf(form: VehicleForm | null): BoundVehicle | null {
  if (form === null) return null;
  const { priceFen, invoiceIssuedOn, binding, ...papers } = form;
  if (parseDay(invoiceIssuedOn) === null) throw new FaultError('bad-input', { invoiceIssuedOn });
  return {
    ...papers,
    priceFen: fen(priceFen),
    invoiceIssuedOnMs: dayStartMs(invoiceIssuedOn),
    papersHash: binding === undefined ? null : carPapersHash(binding),
  };
}
