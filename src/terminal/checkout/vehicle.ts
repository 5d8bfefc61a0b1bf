import { carPapersHash } from '../../contract/clearing/car-binding.ts';
import type { VehicleForm } from '../../contract/terminal/calls-counter.ts';
import { dayStartMs, parseDay } from '../../domain/business-day.ts';
import type { Vehicle } from '../../domain/decision.ts';
import { fen } from '../../domain/money.ts';
import { FaultError } from '../fault-error.ts';

/** A car as the rules see it, and what of its papers clearing holds against the register. */
export interface SoldVehicle extends Vehicle {
  /** Of invoice number, VIN and buyer's number; null where they weren't read off. */
  readonly papersHash: string | null;
}

/**
 * The car form as the rules see it; of the papers' numbers only the hash goes on. Throws `bad-input` for an invoice
 * day that isn't one, such as 2023-02-30.
 */
export function vehicleOf(form: VehicleForm | null): SoldVehicle | null {
  if (form === null) return null;
  const { priceFen, invoiceIssuedOn, numbers, ...papers } = form;
  if (parseDay(invoiceIssuedOn) === null) throw new FaultError('bad-input', { invoiceIssuedOn });
  return {
    ...papers,
    priceFen: fen(priceFen),
    invoiceIssuedOnMs: dayStartMs(invoiceIssuedOn),
    papersHash: numbers === null ? null : carPapersHash(numbers),
  };
}
