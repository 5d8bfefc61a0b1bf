const MAX_PIN_LENGTH = 12;

/** Appends digits; more than a PIN may have are not taken. */
export function typePin(pin: string, digits: string): string {
  return (pin + digits).slice(0, MAX_PIN_LENGTH);
}

export const isPin = (pin: string): boolean => /^\d{4,12}$/.test(pin);
