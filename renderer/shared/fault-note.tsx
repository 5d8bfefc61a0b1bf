import type { Fault } from '../../src/contract/terminal/errors.ts';
import { useText, type Text } from './i18n/text.ts';

/** The sentence that helps; parameters that the fault doesn't carry leave no gap. */
export function faultHelp(text: Text, fault: Fault): string {
  const path = typeof fault.params['path'] === 'string' ? fault.params['path'] : '';
  return text(`faults.${fault.code}.help`, { path });
}

/** A fault beside what caused it. Keeps its place when there is none, so that nothing jumps. */
export function FaultNote({ fault }: { readonly fault: Fault | null }) {
  const text = useText();
  return (
    <div className="fault-note" role="alert" data-testid="fault-note" data-code={fault?.code ?? ''}>
      {fault !== null && (
        <>
          <b>{text(`faults.${fault.code}.title`)}</b>
          <span>{faultHelp(text, fault)}</span>
        </>
      )}
    </div>
  );
}
