import type { VehicleForm } from '../../contract/terminal/calls-counter.ts';
import { dayStartMs, parseDay } from '../../domain/business-day.ts';
import type { Vehicle } from '../../domain/decision.ts';
import { fen } from '../../domain/money.ts';
import { FaultError } from '../fault-error.ts';

/** The car form as the rules see it. Throws `bad-input` for an invoice day that isn't one, such as 2023-02-30. */
export function vehicleOf(form: VehicleForm | null): Vehicle | null {
  if (form === null) return null;
  const { priceFen, invoiceIssuedOn, ...papers } = form;
  if (parseDay(invoiceIssuedOn) === null) throw new FaultError('bad-input', { invoiceIssuedOn });
  return { ...papers, priceFen: fen(priceFen), invoiceIssuedOnMs: dayStartMs(invoiceIssuedOn) };
}
