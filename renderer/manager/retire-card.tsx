import { Button, Modal } from 'antd';
import { useState } from 'react';
import type { Fault } from '../../src/contract/terminal/errors.ts';
import { FaultNote } from '../shared/fault-note.tsx';
import { FocusBack } from '../shared/focus-back.tsx';
import { useText } from '../shared/i18n/text.ts';
import { askQuietly } from '../shared/store.ts';

const REASONS = ['replaced', 'closed', 'moved'] as const;

/** Ends this terminal for good. What it holds stays readable; that it can't be undone is said before. */
export function RetireCard() {
  const text = useText();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState<(typeof REASONS)[number] | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);
  const [retired, setRetired] = useState(false);
  const [handedOver, setHandedOver] = useState(false);
  // Nothing but the manager's word is missing: the journal lies whole in this file.
  const file = fault?.code === 'terminal-has-unsent' ? fault.params['exportedTo'] : undefined;
  const retire = (): void => {
    if (reason === null) return;
    setBusy(true);
    void askQuietly('support.retire', {
      reason: text(`manager.retire.reasons.${reason}`),
      exported: handedOver,
    }).then((answer) => {
      setBusy(false);
      setFault(answer.fault);
      setHandedOver(false);
      if (answer.fault !== null) return;
      setAsking(false);
      setRetired(true);
    });
  };
  return (
    <section className="card">
      <h2>{text('manager.retire.title')}</h2>
      {retired ? (
        <p className="offline-note" role="status" data-testid="retired">
          {text('manager.retire.done')}
        </p>
      ) : (
        <>
          <p>{text('manager.retire.intro')}</p>
          <Button danger data-testid="retire-open" onClick={() => setAsking(true)}>
            {text('manager.retire.open')}
          </Button>
        </>
      )}
      {asking && (
        <Modal
          open
          title={text('manager.retire.title')}
          okText={text('manager.retire.submit')}
          cancelText={text('cancel')}
          okButtonProps={{
            danger: true,
            disabled: reason === null || (typeof file === 'string' && !handedOver),
            loading: busy,
            'data-testid': 'retire-submit',
          }}
          onOk={retire}
          onCancel={() => setAsking(false)}
        >
          <FocusBack />
          <p className="offline-note">{text('manager.retire.forever')}</p>
          <div className="chips" role="group" aria-label={text('counter.approval.reason')}>
            {REASONS.map((each) => (
              <button
                key={each}
                type="button"
                className="chip"
                aria-pressed={each === reason}
                data-testid={`retire-${each}`}
                onClick={() => setReason(each)}
              >
                {text(`manager.retire.reasons.${each}`)}
              </button>
            ))}
          </div>
          {typeof file === 'string' ? (
            <label className="retire-exported">
              <input
                type="checkbox"
                checked={handedOver}
                data-testid="retire-exported"
                onChange={(event) => setHandedOver(event.target.checked)}
              />
              <span>
                {text('manager.retire.exported', { count: Number(fault?.params['entries']), file })}
              </span>
            </label>
          ) : (
            <FaultNote fault={fault} />
          )}
        </Modal>
      )}
    </section>
  );
}
