/**
 * Durations that rules name, milliseconds, each once and with its reason. Pauses, retries and time-outs of a program
 * are no rules: they stand where they are waited.
 */
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

/** A wrong amount shows while the customer is still there: that long the cashier mends it without a manager. */
export const CASHIER_REVERSAL_MS = 5 * MINUTE_MS;

/**
 * A decision can be confirmed this long, and clearing holds a voucher as long for it: time to take the money, and
 * short enough that a customer who walks away can use the voucher elsewhere.
 */
export const DECISION_LIFE_MS = 5 * MINUTE_MS;

/**
 * Farther from its scan clearing holds a redemption, so no terminal books it: twice the life of a decision, which
 * allows for a clock set right between scan and confirmation.
 */
export const MAX_SCAN_TO_ENTRY_MS = 2 * DECISION_LIFE_MS;

/** An entry from farther ahead of clearing's clock is held: its terminal's clock is wrong, or somebody's story is. */
export const MAX_CLOCK_AHEAD_MS = 5 * MINUTE_MS;

/** Plan section 七 (每期有效期7天): a voucher's days, the day of its claim being the first. */
export const VOUCHER_LIFE_DAYS = 7;
