import { Button, Input } from 'antd';
import { useState } from 'react';
import type { z } from 'zod';
import type { activationViewSchema, TerminalView } from '../../../src/contract/clearing/operator/stores.ts';
import { shanghaiMinute } from '../../../src/domain/business-day.ts';
import { OnceShown } from '../once-shown.tsx';
import { Ask, Card, Field, Loaded, Nothing, Refused, State, type Tone } from '../parts.tsx';
import { useAct, useLoad, useRoles, useSession } from '../session.ts';
import { useText } from '../text.ts';
import { PinReset } from './pin-reset.tsx';

type Activation = z.infer<typeof activationViewSchema>;
type Status = TerminalView['status'];

const TONES: Readonly<Record<Status, Tone>> = { active: 'good', suspended: 'bad', retired: 'plain' };
/** More counters than any store has. */
const LISTED = 200;

/** A store's terminals: codes to activate them, and what is done to them from here. */
export function Terminals({ storeId }: { readonly storeId: string }) {
  const text = useText();
  const may = useRoles();
  const { api } = useSession();
  const terminals = useLoad<{ readonly terminals: readonly TerminalView[] }>('/v1/operator/terminals', {
    storeId,
    limit: LISTED,
  });
  const [asked, setAsked] = useState<{ readonly id: string; readonly to: Status } | null>(null);
  const [pinOf, setPinOf] = useState<string | null>(null);
  const what = asked === null ? null : WORDS[asked.to];
  return (
    <Card title={text('terminals.title')} testId="terminals">
      <Loaded of={terminals}>
        {({ terminals: listed }) => (
          <>
            {listed.length === 0 && <Nothing>{text('terminals.none')}</Nothing>}
            <ul className="rows">
              {listed.map((terminal) => (
                <li key={terminal.id} data-testid={`terminal-${terminal.id}`}>
                  <Summary terminal={terminal} />
                  <Buttons
                    terminal={terminal}
                    onAsk={(to) => setAsked({ id: terminal.id, to })}
                    onPin={() => setPinOf(terminal.id)}
                  />
                </li>
              ))}
            </ul>
          </>
        )}
      </Loaded>
      {may('admin') && <NewActivation storeId={storeId} onMade={terminals.again} />}
      {asked !== null && what !== null && (
        <Ask
          title={`${text(`terminals.${what}`)} · ${asked.id}`}
          explain={text(`terminals.${what}Explain`)}
          ok={text(`terminals.${what}`)}
          danger={what !== 'resume'}
          reason={text('reason')}
          onClose={() => setAsked(null)}
          onOk={async (reason) => {
            await api.post(`/v1/operator/terminals/${asked.id}/status`, { status: asked.to, reason });
            terminals.again();
          }}
        />
      )}
      {pinOf !== null && <PinReset terminalId={pinOf} onClose={() => setPinOf(null)} />}
    </Card>
  );
}

const WORDS = { active: 'resume', suspended: 'suspend', retired: 'retire' } as const;

function Summary({ terminal }: { readonly terminal: TerminalView }) {
  const text = useText();
  return (
    <div>
      <b>
        {text('counter')} {terminal.counter}
      </b>{' '}
      <State tone={TONES[terminal.status]}>{text(`terminals.${terminal.status}`)}</State>{' '}
      {terminal.broken && <State tone="bad">{text('terminals.broken')}</State>}
      {terminal.epoch === 0 && <State tone="wait">{text('terminals.never')}</State>}
      <small>
        {[
          terminal.id,
          ...(terminal.lastSeenAtMs === null
            ? []
            : [text('terminals.lastSeen', { time: shanghaiMinute(terminal.lastSeenAtMs) })]),
          ...(terminal.softwareVersion === ''
            ? []
            : [text('terminals.version', { version: terminal.softwareVersion })]),
          ...(terminal.epoch === 0 ? [] : [text('terminals.head', { seq: terminal.headSeq })]),
        ].join(' · ')}
      </small>
    </div>
  );
}

function Buttons(props: {
  readonly terminal: TerminalView;
  readonly onAsk: (to: Status) => void;
  readonly onPin: () => void;
}) {
  const text = useText();
  const may = useRoles();
  const { status, epoch, id } = props.terminal;
  if (status === 'retired') return null;
  const toggled = status === 'active' ? 'suspended' : 'active';
  return (
    <div className="actions">
      {may('admin') && epoch > 0 && (
        <Button data-testid={`pin-${id}`} onClick={props.onPin}>
          {text('terminals.pinReset')}
        </Button>
      )}
      {may('admin', 'bureau') && (
        <>
          <Button data-testid={`toggle-${id}`} onClick={() => props.onAsk(toggled)}>
            {text(`terminals.${WORDS[toggled]}`)}
          </Button>
          <Button danger data-testid={`retire-${id}`} onClick={() => props.onAsk('retired')}>
            {text('terminals.retire')}
          </Button>
        </>
      )}
    </div>
  );
}

function NewActivation({ storeId, onMade }: { readonly storeId: string; readonly onMade: () => void }) {
  const text = useText();
  const { api } = useSession();
  const { busy, refusal, act } = useAct();
  const [counter, setCounter] = useState('');
  const [made, setMade] = useState<Activation | null>(null);
  const make = async (): Promise<void> => {
    const path = `/v1/operator/stores/${storeId}/activations`;
    setMade(await api.post<Activation>(path, { counter: counter.trim() }));
    setCounter('');
    onMade();
  };
  return (
    <form
      className="inline-form"
      onSubmit={(event) => {
        event.preventDefault();
        void act(make);
      }}
    >
      <Field
        label={`${text('terminals.activation')} · ${text('counter')}`}
        hint={text('terminals.activationExplain')}
      >
        {(id) => (
          <Input
            id={id}
            data-testid="counter"
            maxLength={40}
            value={counter}
            onChange={({ target }) => setCounter(target.value)}
          />
        )}
      </Field>
      <Button htmlType="submit" data-testid="activate" loading={busy} disabled={counter.trim() === ''}>
        {text('terminals.make')}
      </Button>
      <Refused refusal={refusal} />
      {made !== null && (
        <OnceShown
          title={text('terminals.codeFor', { terminal: made.terminalId })}
          secret={made.activationCode}
          qr
          onClose={() => setMade(null)}
        >
          <p>{text('terminals.valid', { time: shanghaiMinute(made.expiresAtMs) })}</p>
        </OnceShown>
      )}
    </form>
  );
}
