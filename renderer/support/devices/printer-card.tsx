import { Button } from 'antd';
import { useState } from 'react';
import type { Fault } from '../../../src/contract/terminal/errors.ts';
import type { Device } from '../../../src/contract/terminal/state.ts';
import { Answered } from '../../manager/parts.tsx';
import { useAnswer } from '../../shared/use-answer.ts';
import { FaultNote } from '../../shared/fault-note.tsx';
import { clockTime } from '../../shared/format.ts';
import { useText } from '../../shared/i18n/text.ts';
import { askQuietly } from '../../shared/store.ts';

/** Test print with its preview, and the slips that wait. */
export function PrinterCard({ printer }: { readonly printer: Device }) {
  const text = useText();
  const [preview, setPreview] = useState<string | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const { waitingSlips = 0 } = printer;
  const show = async (): Promise<void> => {
    const answer = await askQuietly('printer.preview', undefined);
    setFault(answer.fault);
    setPreview(answer.output?.svg ?? null);
  };
  const run = async (name: 'printer.test' | 'printer.printWaiting'): Promise<void> => {
    setFault((await askQuietly(name, undefined)).fault);
  };
  return (
    <section className="card" data-testid="printer-card">
      <h2>{text('support.devices.printerTest')}</h2>
      <div className="export">
        <Button data-testid="preview-slip" onClick={() => void show()}>
          {text('support.devices.preview')}
        </Button>
        <Button type="primary" data-testid="print-test" onClick={() => void run('printer.test')}>
          {text('support.devices.printTest')}
        </Button>
        <Button
          data-testid="print-waiting"
          disabled={waitingSlips === 0}
          onClick={() => void run('printer.printWaiting')}
        >
          {text('support.devices.printWaiting', { count: waitingSlips })}
        </Button>
      </div>
      <FaultNote fault={fault} />
      {preview !== null && (
        <img
          className="slip-preview"
          data-testid="slip-preview"
          alt={text('support.devices.preview')}
          src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(preview)}`}
        />
      )}
      {waitingSlips > 0 && <Waiting key={waitingSlips} />}
    </section>
  );
}

function Waiting() {
  const text = useText();
  const slips = useAnswer('printer.waiting', undefined);
  const discard = (id: string): void => {
    void askQuietly('printer.discard', { id }).then(slips.again);
  };
  return (
    <Answered {...slips}>
      {(output) => (
        <ul className="waiting" data-testid="waiting-slips">
          {output.map(({ id, title, queuedAtMs }) => (
            <li key={id}>
              <span>{clockTime(queuedAtMs)}</span> <b>{title}</b>{' '}
              <Button size="small" onClick={() => discard(id)}>
                {text('support.devices.discard')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Answered>
  );
}
