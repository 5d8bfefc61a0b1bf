/** A slip, independent of printer and paper: what is on it, not how it looks. */
export interface SlipDocument {
  readonly lines: readonly SlipLine[];
}

export type SlipLine =
  /** Large, centred. */
  | { readonly type: 'title'; readonly text: string }
  /** White on black, centred: what must not be overlooked, such as 重打. */
  | { readonly type: 'banner'; readonly text: string }
  | { readonly type: 'text'; readonly text: string; readonly align: 'left' | 'centre' }
  /** A label on the left, its value on the right; `strong`: the figure that counts. */
  | { readonly type: 'pair'; readonly label: string; readonly value: string; readonly strong: boolean }
  | { readonly type: 'rule' }
  | { readonly type: 'blank' };
