import { useState } from 'react';
import type { Approval } from '../../src/contract/terminal/call-spec.ts';
import type { User } from '../../src/contract/terminal/state.ts';
import { isPin, typePin } from './pin.ts';
import { useText } from './i18n/text.ts';
import { NumberPad } from './number-pad.tsx';
import { PinDots } from './pin-dots.tsx';
import { useTerminal } from './store.ts';

/** What a manager types beside the cashier. */
export interface ApprovalEntry {
  readonly managers: readonly User[];
  readonly managerId: string | null;
  readonly pin: string;
  readonly choose: (managerId: string) => void;
  readonly type: (digits: string) => void;
  readonly erase: () => void;
  readonly clear: () => void;
  /** Null until a manager and a whole PIN are there. */
  readonly approval: Approval | null;
}

const NOBODY: readonly User[] = [];

export function useApproval(): ApprovalEntry {
  const users = useTerminal((view) => view.app?.users ?? NOBODY);
  const managers = users.filter((user) => user.role === 'manager');
  const [chosen, setChosen] = useState<string | null>(null);
  const [pin, setPin] = useState('');
  const managerId = chosen ?? managers[0]?.id ?? null;
  return {
    managers,
    managerId,
    pin,
    choose: setChosen,
    type: (digits) => setPin((before) => typePin(before, digits)),
    erase: () => setPin((before) => before.slice(0, -1)),
    clear: () => setPin(''),
    approval: managerId !== null && isPin(pin) ? { managerId, pin } : null,
  };
}

/** Choose the manager, type the PIN; by touch alone or keyboard alone. */
export function ApprovalPanel({ entry }: { readonly entry: ApprovalEntry }) {
  const text = useText();
  return (
    <div className="approval" data-testid="approval">
      {entry.managers.length > 1 && (
        <div className="chips" role="group" aria-label={text('counter.approval.manager')}>
          {entry.managers.map((manager) => (
            <button
              key={manager.id}
              type="button"
              className="key-safe chip"
              aria-pressed={manager.id === entry.managerId}
              onClick={() => entry.choose(manager.id)}
            >
              {manager.name}
            </button>
          ))}
        </div>
      )}
      <p className="approval-label">{text('counter.approval.pin')}</p>
      <PinDots length={entry.pin.length} />
      <NumberPad onDigits={entry.type} onErase={entry.erase} onClear={entry.clear} last="clear" />
    </div>
  );
}

export const REASONS = ['wrong-amount', 'customer-changed-mind', 'wrong-voucher', 'till-failed'] as const;
export type Reason = (typeof REASONS)[number];

/** Why: one touch, no typing. */
export function ReasonChips(props: {
  readonly chosen: Reason | null;
  readonly onChoose: (reason: Reason) => void;
}) {
  const text = useText();
  return (
    <div className="chips" role="group" aria-label={text('counter.approval.reason')} data-testid="reasons">
      {REASONS.map((reason, at) => (
        <button
          key={reason}
          type="button"
          className="key-safe chip"
          data-testid={`reason-${reason}`}
          aria-pressed={reason === props.chosen}
          onClick={() => props.onChoose(reason)}
        >
          <kbd>F{at + 5}</kbd>
          {text(`counter.approval.reasons.${reason}`)}
        </button>
      ))}
    </div>
  );
}

/** F5 to F8 choose a reason; null for any other key. */
export function reasonOfKey(key: string): Reason | null {
  return REASONS[Number(key.slice(1)) - 5] ?? null;
}
