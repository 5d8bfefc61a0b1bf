/** The id of a decision is good for five minutes: a customer who went to fetch something begins anew. */
export const DECISION_LIFE_MS = 5 * 60_000;
