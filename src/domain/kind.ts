/** A kind's rule, with amounts as a campaign or as a pack's text has them. */
type Rule<Amount> =
  | { readonly type: 'minimum-spend'; readonly minSpendFen: Amount }
  | { readonly type: 'car-price-band'; readonly fromFen: Amount };

/** The least purchase on which a voucher of a kind may be used, fen: its minimum spend, or where its price band begins. */
export function leastPurchase<Amount>(rule: Rule<Amount>): Amount {
  return rule.type === 'minimum-spend' ? rule.minSpendFen : rule.fromFen;
}
